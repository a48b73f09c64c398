-- 0 when nobody has ever written or been written to.
select count(*) from (select c.id from contact c limit 1) as known

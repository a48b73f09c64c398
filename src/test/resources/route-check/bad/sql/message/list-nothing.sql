-- Nobody asks this. finding: no route or class names this statement
select 1

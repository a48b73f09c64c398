SELECT * -- finding: no head comment -- finding: 'SELECT': keywords
from (select * from x) -- finding: list the columns
where a = :?a::jsonb -- finding: '::' collides
and b #> c -- finding: '#>' collides
and d ? e; -- finding: '?' collides
delete from y -- finding: a second statement

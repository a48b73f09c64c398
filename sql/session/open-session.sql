-- Opens a session for the owner of a token, or for a link, which is used up by it. Nothing comes back when it is neither.
with asked as (
    select s ->> 'hash' as hash, s ->> 'tokenHash' as token_hash, s ->> 'linkHash' as link_hash, cast(s ->> 'hours' as int) as hours
    from (select cast(:?session as jsonb) as s) as parameter
), used as (
    update login_link l set used_at = now() from asked
    where l.hash = asked.link_hash and asked.token_hash is null and l.used_at is null and l.expires_at > now()
    returning l.name, l.role
), caller as (
    select t.name, t.role, t.hash as token_hash from api_token t join asked on t.hash = asked.token_hash
    union all
    select used.name, used.role, null from used
), over as (
    delete from web_session where expires_at < now()
), opened as (
    insert into web_session (hash, name, role, token_hash, expires_at)
    select asked.hash, caller.name, caller.role, caller.token_hash, now() + make_interval(hours => asked.hours) from asked cross join caller
    returning name, role
)
select cast(jsonb_build_object('name', opened.name, 'role', opened.role) as text) from opened

-- Removes what came from the simulator - messages and all that hangs on them, then tickets and contacts with nothing real in them -
-- and sample agents without such tickets; and says so to the pages.
with gone as (
    delete from message where simulated returning id, phone_number_id, wamid, media_id, contact_id
), contact_gone as (
    delete from contact c where c.simulated and not exists (select 1 from message m where m.contact_id = c.id and not m.simulated)
    returning c.id
), ticket_gone as (
    delete from ticket t where (t.simulated or t.contact_id in (select id from contact_gone))
        and not exists (select 1 from message m where m.ticket_id = t.id and not m.simulated)
    returning t.id
), agents as (
    delete from agent a where a.simulated
        and not exists (select 1 from ticket t where t.assignee_id = a.id and t.id not in (select id from ticket_gone))
), notes as (
    delete from ticket_note n where n.ticket_id in (select id from ticket_gone)
), happened as (
    delete from activity a where a.contact_id in (select id from contact_gone)
), failed as (
    delete from failed_send f where f.message_id in (select id from gone)
), unsettled as (
    delete from unsettled_send u where u.message_id in (select id from gone)
), names as (
    delete from contact_identity i where i.contact_id in (select id from contact_gone)
), suggestions as (
    delete from merge_suggestion s where s.contact_id in (select id from contact_gone) or s.other_contact_id in (select id from contact_gone)
), windows as (
    delete from service_window w where w.contact_id in (select id from contact_gone)
), reactions as (
    delete from reaction r where r.contact_id in (select id from contact_gone)
), statuses as (
    delete from message_status s using gone where s.phone_number_id = gone.phone_number_id and s.wamid = gone.wamid
), waiting as (
    delete from outbox o using gone where o.message_id = gone.id
), attempts as (
    delete from send_attempt a using gone where a.message_id = gone.id
), keys as (
    delete from idempotency_key k using gone where k.message_id = gone.id
), uploads as (
    delete from media_upload u using media f where u.media_id = f.id and f.simulated
), files as (
    delete from media f where f.simulated
), callbacks as (
    delete from simulator_callback
), history as (
    delete from simulator_message
), customers as (
    delete from simulator_customer
), participants as (
    delete from simulator_participant
), months as (
    delete from simulator_month
), users as (
    delete from simulator_user
), held as (
    delete from simulator_held
), unfetched as (
    delete from simulator_unfetched
), told as (
    select append_event(jsonb_build_object('type', 'data.removed', 'at', now()), true)
)
select cast(jsonb_build_object('messages', (select count(*) from gone), 'tickets', (select count(*) from ticket_gone),
                               'contacts', (select count(*) from contact_gone)) as text)
from told

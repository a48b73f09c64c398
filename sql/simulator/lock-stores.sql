-- Until the commit nobody else writes what refers to another: a contact, ticket, agent or file that goes could get something that
-- hangs on it in this moment. In the order in which everybody else writes them.
lock table contact, contact_identity, merge_suggestion, agent, ticket, ticket_note, message, media, media_upload in share row exclusive mode

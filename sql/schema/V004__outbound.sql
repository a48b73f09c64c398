-- The outbox: a queue kept tiny. A row lives from the acceptance of a send until Meta has answered.
create table outbox (
    message_id      bigint primary key,
    contact_id      bigint      not null,
    phone_number_id text        not null,
    mode            text        not null,  -- bound when the message was accepted
    due_at          timestamptz not null default now(),
    lease_until     timestamptz,           -- claimed by a worker; an expired lease may be claimed again
    attempts        int         not null default 0
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create index outbox_due on outbox (mode, due_at, message_id);
create index outbox_contact on outbox (contact_id, message_id);

-- One row for each call to the Graph API, written before it (sending) and after it.
create table send_attempt (
    id          uuid primary key default gen_random_uuid(),
    message_id  bigint      not null,
    number      int         not null,
    state       text        not null check (state in ('sending', 'accepted', 'retry', 'failed', 'unknown')),
    mode        text        not null,
    base_url    text        not null,
    wamid       text,
    http_status int,
    code        int,                       -- Meta's error code
    reason      text,
    advice      text,
    started_at  timestamptz not null default now(),
    finished_at timestamptz,
    next_at     timestamptz,
    unique (message_id, number)
);
create index send_attempt_sending on send_attempt (started_at) where state = 'sending';

-- What to do when Meta refuses: from Meta's error table. action: retry, pair (retry, only this contact waits), fail.
create table graph_error (
    code    int primary key,
    action  text not null check (action in ('retry', 'pair', 'fail')),
    advice  text not null
);
insert into graph_error (code, action, advice) values
    (0,      'fail',  'Meta could not authenticate the app: check the access token and the app.'),
    (1,      'retry', 'Meta had a passing fault or did not understand the request.'),
    (2,      'retry', 'Meta''s service is down for the moment.'),
    (3,      'fail',  'The app lacks a capability or permission: check it in the app dashboard.'),
    (4,      'retry', 'The app''s call limit is reached.'),
    (10,     'fail',  'A permission is missing or the number is not shared with the app.'),
    (33,     'fail',  'The phone number or media id does not exist or is not shared with the app.'),
    (100,    'fail',  'A parameter is wrong: the details name it.'),
    (190,    'fail',  'The access token is expired or invalid: make a new one.'),
    (200,    'fail',  'A permission is missing: grant whatsapp_business_messaging to the token.'),
    (368,    'fail',  'The account is restricted for a policy violation.'),
    (80007,  'retry', 'The account''s rate limit is reached.'),
    (130429, 'retry', 'The number''s throughput limit is reached.'),
    (130472, 'fail',  'The customer is part of an experiment of Meta''s and gets no such messages.'),
    (130497, 'fail',  'Meta does not allow messages to this country from this number.'),
    (131000, 'retry', 'Meta had an unknown fault.'),
    (131005, 'fail',  'Access denied: check the permissions of the token.'),
    (131008, 'fail',  'A required parameter is missing: the details name it.'),
    (131009, 'fail',  'A parameter value is invalid: the details name it.'),
    (131016, 'retry', 'Meta''s service is overloaded for the moment.'),
    (131021, 'fail',  'Sender and recipient are the same number.'),
    (131026, 'fail',  'The customer cannot be reached on WhatsApp: not registered, old app, or terms not accepted.'),
    (131030, 'fail',  'A test number may write to listed recipients only: add the number in the app dashboard.'),
    (131031, 'fail',  'The account is locked: see the business manager.'),
    (131037, 'fail',  'The number''s display name is not approved yet.'),
    (131042, 'fail',  'There is a payment problem: add or mend the payment method of the account.'),
    (131045, 'fail',  'The number is not registered properly: register it again.'),
    (131047, 'fail',  'More than 24 hours since the customer''s last message: send a template.'),
    (131048, 'fail',  'Meta limits this number for spam: wait, and look at its quality rating.'),
    (131049, 'fail',  'Meta held the message back for the customer''s sake: not before 24 hours.'),
    (131050, 'fail',  'The customer has opted out of marketing messages.'),
    (131051, 'fail',  'Meta does not support this message type.'),
    (131052, 'fail',  'Meta could not download the media.'),
    (131053, 'fail',  'Meta could not use the media: check type and size.'),
    (131056, 'pair',  'Too many messages to this customer in a short time.'),
    (131057, 'retry', 'The number is in maintenance for a minute.'),
    (132000, 'fail',  'The number of template parameters does not match the template.'),
    (132001, 'fail',  'The template does not exist in this language or is not approved.'),
    (132005, 'fail',  'The translated template text is too long.'),
    (132007, 'fail',  'The template violates a policy.'),
    (132012, 'fail',  'A template parameter has the wrong format.'),
    (132015, 'fail',  'The template is paused for low quality.'),
    (132016, 'fail',  'The template is disabled for good.'),
    (133004, 'retry', 'Meta''s server is temporarily unavailable.'),
    (133010, 'fail',  'The number is not registered: register it first.'),
    (135000, 'fail',  'Meta did not like a parameter: compare the message with the documentation.');

-- The answer to a repeated POST with the same Idempotency-Key is the first one.
create table idempotency_key (
    key        text primary key,
    body_hash  text        not null,
    message_id bigint      not null,
    created_at timestamptz not null default now()
);

-- The simulator alone: its message templates, and the ones that are there from the beginning.

create table simulator_template (
    id               text primary key,
    name             text        not null,
    language         text        not null,
    status           text        not null,
    category         text        not null,
    parameter_format text,
    components       jsonb       not null,
    reason           text,                 -- why it was rejected
    decide_at        timestamptz,          -- when a pending one is approved or rejected; null: never
    created_at       timestamptz not null default now(),
    unique (name, language)
);
create index simulator_template_due on simulator_template (decide_at) where decide_at is not null;

insert into simulator_template (id, name, language, status, category, parameter_format, components) values
    ('1200000000000006', 'hello_world', 'en_US', 'APPROVED', 'UTILITY', 'POSITIONAL', '[
        {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
        {"type": "BODY", "text": "Welcome and congratulations!! This message demonstrates your ability to send a message notification from the simulated Cloud API. Thank you for taking the time to test with us."},
        {"type": "FOOTER", "text": "WhatsApp Business Platform sample message"}]'),
    ('1200000000000001', 'order_update', 'en_US', 'APPROVED', 'UTILITY', 'POSITIONAL', '[
        {"type": "BODY", "text": "Hello {{1}}, news on order {{2}}: {{3}}. Reply here if you need anything.",
         "example": {"body_text": [["Ana", "48213", "it leaves today"]]}},
        {"type": "FOOTER", "text": "Example Shop"}]'),
    ('1200000000000002', 'parcel_ready', 'en_US', 'APPROVED', 'UTILITY', 'NAMED', '[
        {"type": "HEADER", "format": "TEXT", "text": "Your parcel is here"},
        {"type": "BODY", "text": "Hello {{first_name}}, your parcel waits at {{place}} until {{date}}.",
         "example": {"body_text_named_params": [{"param_name": "first_name", "example": "Ana"}, {"param_name": "place", "example": "the locker in Main Street"}, {"param_name": "date", "example": "Friday"}]}}]'),
    ('1200000000000003', 'reopen_conversation', 'en_US', 'APPROVED', 'UTILITY', 'POSITIONAL', '[
        {"type": "BODY", "text": "You wrote to us and we have an answer. Reply with any word and we send it."},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Yes, please"}, {"type": "QUICK_REPLY", "text": "No, thanks"}]}]'),
    ('1200000000000004', 'reopen_conversation', 'es', 'APPROVED', 'UTILITY', 'POSITIONAL', '[
        {"type": "BODY", "text": "Nos escribiste y tenemos una respuesta. Contesta con cualquier palabra y te la enviamos."}]'),
    ('1200000000000007', 'new_arrivals', 'en_US', 'APPROVED', 'MARKETING', 'POSITIONAL', '[
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://example.com/new.jpg"]}},
        {"type": "BODY", "text": "Hi {{1}}, there is something new on the shelf.", "example": {"body_text": [["Ana"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Have a look", "url": "https://example.com/new/{{1}}", "example": ["https://example.com/new/kettle"]}]}]'),
    ('1200000000000005', 'winter_offers', 'en_US', 'PENDING', 'MARKETING', 'POSITIONAL', '[
        {"type": "BODY", "text": "Ten per cent off all coffee until Sunday, {{1}}.", "example": {"body_text": [["Ana"]]}}]'),
    ('1200000000000008', 'spring_sale', 'en_US', 'PAUSED', 'MARKETING', 'POSITIONAL', '[
        {"type": "BODY", "text": "The spring sale begins tomorrow."}]'),
    ('1200000000000009', 'clearance', 'en_US', 'DISABLED', 'MARKETING', 'POSITIONAL', '[
        {"type": "BODY", "text": "Everything must go."}]');

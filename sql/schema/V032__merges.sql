-- Two contacts that are one person become one when a person says so. The one that goes stays as a signpost to the one that is kept.
alter table contact add column merged_into bigint references contact;
create index contact_merged on contact (merged_into) where merged_into is not null;

alter table merge_suggestion
    add column id           bigint generated always as identity unique,
    add column dismissed_at timestamptz,   -- somebody said that they are two
    add column dismissed_by text;
create index merge_suggestion_other on merge_suggestion (other_contact_id);

-- What was saved in the panel; secrets are encrypted.
select cast(coalesce(json_agg(json_build_object('key', s.key, 'value', s.value, 'updatedAt', iso(s.updated_at), 'updatedBy', s.updated_by)
                              order by s.key), cast('[]' as json)) as text)
from setting s
where s.key <> 'whatsapp.mode'

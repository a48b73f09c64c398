package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the simulated phones remember over a restart: how each behaves, and the callbacks that it holds back. */
final class PhoneMemory {

    private final JdbcClient database;

    PhoneMemory(DataSource dataSource) {
        database = JdbcClient.create(dataSource);
    }

    Map<String, String> behaviours() {
        Map<String, String> behaviours = new LinkedHashMap<>();
        database.sql("select customer, behaviour from simulator_phone").query(row -> {
            behaviours.put(row.getString(1), row.getString(2));
        });
        return behaviours;
    }

    /** Whose phones hold something back. */
    List<String> waiting() {
        return database.sql("select distinct customer from simulator_held order by customer").query(String.class).list();
    }

    void behaves(String customer, String behaviour) {
        database.sql("insert into simulator_phone (customer, behaviour) values (?, ?) on conflict (customer) do update set behaviour = excluded.behaviour")
                .params(customer, behaviour).update();
    }

    void hold(String customer, ObjectNode callback) {
        database.sql("insert into simulator_held (customer, callback) values (?, cast(? as jsonb))").params(customer, Json.write(callback)).update();
    }

    /** Takes what this phone holds back of these kinds, in its order: of the oldest messages, and of each all. */
    List<ObjectNode> release(String customer, List<String> kinds, int most) {
        return database.sql("""
                with wanted as (
                    select id, callback ->> 'message' as message from simulator_held
                    where customer = :customer and callback ->> 'kind' = any(string_to_array(:kinds, ','))
                ), gone as (
                    delete from simulator_held
                    where id = any(array(select id from wanted where message in (select message from wanted group by message order by min(id) limit :most)))
                    returning id, callback
                )
                select callback from gone order by id""")
                .param("customer", customer).param("kinds", String.join(",", kinds)).param("most", most)
                .query((row, n) -> (ObjectNode) Json.read(row.getString(1))).list();
    }
}

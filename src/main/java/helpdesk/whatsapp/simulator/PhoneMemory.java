package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the simulated phones remember over a restart: how each behaves, and the callbacks that it holds back. */
final class PhoneMemory {

    /** A callback that a phone has not let happen yet. */
    record Held(long id, ObjectNode callback) {
    }

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

    Map<String, List<Held>> held() {
        Map<String, List<Held>> held = new LinkedHashMap<>();
        database.sql("select customer, id, callback from simulator_held order by id").query(row -> {
            held.computeIfAbsent(row.getString(1), key -> new ArrayList<>()).add(new Held(row.getLong(2), (ObjectNode) Json.read(row.getString(3))));
        });
        return held;
    }

    void behaves(String customer, String behaviour) {
        database.sql("insert into simulator_phone (customer, behaviour) values (?, ?) on conflict (customer) do update set behaviour = excluded.behaviour")
                .params(customer, behaviour).update();
    }

    Held hold(String customer, ObjectNode callback) {
        return new Held(database.sql("insert into simulator_held (customer, callback) values (?, cast(? as jsonb)) returning id")
                .params(customer, Json.write(callback)).query(Long.class).single(), callback);
    }

    void forget(Held held) {
        database.sql("delete from simulator_held where id = ?").param(held.id()).update();
    }
}

package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which scenarios are chosen, over a restart. */
final class ScenarioMemory {

    private final JdbcClient database;

    ScenarioMemory(DataSource dataSource) {
        database = JdbcClient.create(dataSource);
    }

    /** What was asked for, by id. */
    Map<Long, JsonNode> choices() {
        Map<Long, JsonNode> choices = new LinkedHashMap<>();
        database.sql("select id, wanted from simulator_choice order by id").query(row -> {
            choices.put(row.getLong(1), Json.read(row.getString(2)));
        });
        return choices;
    }

    long add(JsonNode wanted) {
        return database.sql("insert into simulator_choice (wanted) values (cast(? as jsonb)) returning id").param(Json.write(wanted))
                .query(Long.class).single();
    }

    void left(long id, int calls) {
        database.sql("update simulator_choice set wanted = wanted || jsonb_build_object('next', cast(? as int)) where id = ?")
                .params(calls, id).update();
    }

    void forget(List<Long> ids) {
        for (long id : ids) {
            database.sql("delete from simulator_choice where id = ?").param(id).update();
        }
    }
}

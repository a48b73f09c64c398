package helpdesk.whatsapp.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import helpdesk.whatsapp.testing.TestApp;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class LocalParameterCountTest {

    private final DataSource plain = new DriverManagerDataSource(TestApp.shared().property("whatsapp.db.url"),
            TestApp.shared().property("whatsapp.db.user"), TestApp.shared().property("whatsapp.db.password"));

    @ParameterizedTest
    @ValueSource(strings = {"select 1", "select cast(? as int)", "select '?', cast(? as text), \"?\" from (select 1 as \"?\") as t -- what?",
        "select cast(? as int) + cast(? as int) /* ? */", "with a as (select cast(? as jsonb) as b) select $$ ? $$, b from a"})
    void the_count_is_what_the_server_would_say(String sql) throws SQLException {
        try (Connection asked = plain.getConnection(); Connection counted = new LocalParameterCount(plain).getConnection();
                PreparedStatement truth = asked.prepareStatement(sql); PreparedStatement ours = counted.prepareStatement(sql)) {
            assertThat(ours.getParameterMetaData().getParameterCount()).isEqualTo(truth.getParameterMetaData().getParameterCount());
        }
    }

    @Test
    void a_statement_runs_and_fails_as_without() throws SQLException {
        try (Connection connection = new LocalParameterCount(plain).getConnection();
                PreparedStatement statement = connection.prepareStatement("select 10 / cast(? as int)")) {
            statement.setInt(1, 5);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(2);
            }
            statement.setInt(1, 0);
            assertThatThrownBy(statement::executeQuery).isInstanceOf(SQLException.class)
                    .hasMessageContaining("division by zero");
        }
    }
}

package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the simulator remembers of its customers over a restart, where a customer is not as the number would have it. */
final class UserMemory {

    private final JdbcClient database;

    UserMemory(DataSource dataSource) {
        database = JdbcClient.create(dataSource);
    }

    List<Customer> users() {
        return database.sql("select number, hidden, user_id, parent_user_id, username, name from simulator_user").query((row, n) ->
                new Customer(row.getBoolean("hidden") ? null : row.getString("number"), row.getString("number"), row.getString("user_id"),
                        row.getString("parent_user_id"), row.getString("username"), row.getString("name"))).list();
    }

    /** In the place of whoever had this number or this user id. */
    void remember(Customer customer) {
        database.sql("""
                with gone as (
                    delete from simulator_user where user_id = :userId or number = :number returning 1
                )
                insert into simulator_user (user_id, number, hidden, parent_user_id, username, name)
                select :userId, :number, :hidden, :parentUserId, :username, :name from (select count(*) from gone) as before""")
                .param("userId", customer.userId()).param("number", customer.number()).param("hidden", customer.phone() == null)
                .param("parentUserId", customer.parentUserId()).param("username", customer.username()).param("name", customer.name()).update();
    }

    void forget(Customer customer) {
        database.sql("delete from simulator_user where user_id = ? or number = ?").params(customer.userId(), customer.number()).update();
    }
}

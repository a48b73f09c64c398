package helpdesk.whatsapp.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkersTest {

    @Test
    void the_first_look_of_a_process_is_a_whole_one_and_the_next_goes_on_from_there() {
        Workers workers = new Workers(1);

        assertThat(workers.looksWhole()).isTrue();
        assertThat(workers.looksWhole()).isFalse();
    }
}

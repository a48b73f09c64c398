package helpdesk.whatsapp.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.Test;

/** Whose fault a fault is: the item's, which becomes a dead letter, or the batch's, which comes again. */
class OutcomesTest {

    private final Outcomes outcomes = new Outcomes();

    @Test
    void what_the_jvm_lacks_is_no_item_s_fault_also_when_camel_wraps_it() {
        assertThat(outcomes.isOfItem(new OutOfMemoryError())).isFalse();
        assertThat(outcomes.isOfItem(new CamelExecutionException("in a branch", null, new OutOfMemoryError()))).isFalse();
        assertThat(outcomes.isOfItem(new CamelExecutionException("in a branch", null, new NoClassDefFoundError("helpdesk/Gone")))).isFalse();
    }

    @Test
    void what_an_item_does_to_its_branch_is_its_own() {
        assertThat(outcomes.isOfItem(new CamelExecutionException("in a branch", null, new StackOverflowError()))).isTrue();
        assertThat(outcomes.isOfItem(new NullPointerException("no text"))).isTrue();
        assertThat(outcomes.isOfItem(new CamelExecutionException("in a branch", null, new ItemFault("The message has no id.")))).isTrue();
    }
}

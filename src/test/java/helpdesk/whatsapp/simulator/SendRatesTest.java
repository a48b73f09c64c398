package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SendRatesTest {

    /** A clock that is set by hand. */
    private static final class Hand extends Clock {

        private long now = 1_000_000;

        @Override
        public long millis() {
            return now;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final Hand clock = new Hand();
    private final SendRates rates = new SendRates(clock);

    private long allowed(int messages) {
        return IntStream.range(0, messages).filter(i -> rates.pair("a")).count();
    }

    @Test
    void one_message_in_six_seconds_goes_on_for_ever() {
        for (int i = 0; i < 100; i++) {
            assertThat(rates.pair("a")).isTrue();
            clock.now += 6000;
        }
    }

    @Test
    void a_burst_has_45_messages_in_six_seconds() {
        assertThat(allowed(60)).isEqualTo(45);
        assertThat(rates.pair("b")).isTrue();
    }

    @Test
    void a_burst_of_twenty_is_waited_for_two_minutes() {
        assertThat(allowed(20)).isEqualTo(20);
        clock.now += 6001;
        assertThat(allowed(1)).isZero();
        clock.now += 20 * 6000 - 6001 - 1;
        assertThat(allowed(1)).isZero();
        clock.now += 1;
        assertThat(allowed(1)).isEqualTo(1);
    }

    @Test
    void a_second_has_its_messages_whenever_it_begins() {
        assertThat(IntStream.range(0, 100).filter(i -> rates.second(80)).count()).isEqualTo(80);
        clock.now += 999;
        assertThat(rates.second(80)).isFalse();
        clock.now += 1;
        assertThat(rates.second(80)).isTrue();
    }
}

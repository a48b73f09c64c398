package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who is who among the customers: whose number a business-scoped user id is, and the other way round. Usually the id is made of the number;
 * what a customer has said otherwise is remembered, also over a restart. The names of the others are, until so many newer ones have come.
 * Who asks never waits for the database.
 */
final class SimulatedUsers {

    private static final int MOST_NAMES = 10_000;
    private static final Pattern USER_ID = Pattern.compile("[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final UserMemory memory;
    /** Held by who writes, so that the database gets the same in the same order. */
    private final Object writing = new Object();
    private final Map<String, Customer> byNumber = new HashMap<>();
    private final Map<String, Customer> byUserId = new HashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_NAMES;
        }
    };

    SimulatedUsers(UserMemory memory) {
        this.memory = memory;
        memory.users().forEach(this::keep);
    }

    static boolean isUserId(String text) {
        return USER_ID.matcher(text).matches();
    }

    /** @param customer a number's digits or a user id */
    synchronized Customer of(String customer) {
        Customer known = byNumber.getOrDefault(customer, byUserId.get(customer));
        if (known != null) {
            return known;
        }
        Customer made = made(customer);
        return made.called(names.getOrDefault(made.key(), made.name()));
    }

    private synchronized Customer made(String customer) {
        boolean number = NUMBER.matcher(customer).matches();
        String owner = number ? customer : SampleCustomers.number(customer);
        if (owner == null || !number && byNumber.containsKey(owner)) {
            return new Customer(null, null, customer, null, null, null);        // or the owner of the number has another id now
        }
        return new Customer(owner, owner, SampleCustomers.userId(owner), null, null, SampleCustomers.NAMES.get(owner));
    }

    /** The owner of a number of whom the caller names the user id, which is believed as long as nothing else is known of either. */
    Customer named(String number, String userId) {
        Customer known = of(number);
        if (userId == null || !isUserId(userId) || isKept(known.withUserId(userId)) || of(userId).number() != null) {
            return known;
        }
        remember(known.withUserId(userId));
        return of(number);
    }

    /** From now on this is what is known of the customer. */
    void remember(Customer customer) {
        if (customer.equals(of(customer.key()))) {
            return;
        }
        synchronized (writing) {
            boolean asMade = isAsMade(customer);
            if (!asMade) {
                memory.remember(customer);
            } else if (isKept(customer)) {
                memory.forget(customer);
            }
            change(customer, asMade);
        }
    }

    private synchronized boolean isAsMade(Customer customer) {
        return customer.called(null).equals(made(customer.key()).called(null));
    }

    /** Whether something is remembered of this number or this user id. */
    private synchronized boolean isKept(Customer customer) {
        return byNumber.containsKey(customer.number()) || byUserId.containsKey(customer.userId());
    }

    private synchronized void change(Customer customer, boolean asMade) {
        for (Customer other : new Customer[] {byNumber.get(customer.number()), byUserId.get(customer.userId())}) {
            if (other != null) {
                byNumber.remove(other.number());
                byUserId.remove(other.userId());
            }
        }
        names.remove(customer.key());
        if (!asMade) {
            keep(customer);
        } else if (customer.name() != null) {
            names.put(customer.key(), customer.name());
        }
    }

    /** The number is nobody's any more of whom something was known. */
    void leave(String number) {
        remember(made(number));
    }

    /** Nothing is known of anybody, as in the database. */
    void forget() {
        synchronized (writing) {
            clear();
        }
    }

    private synchronized void clear() {
        byNumber.clear();
        byUserId.clear();
        names.clear();
    }

    private void keep(Customer customer) {
        if (customer.number() != null) {
            byNumber.put(customer.number(), customer);
        }
        byUserId.put(customer.userId(), customer);
    }
}

package helpdesk.whatsapp.inbound;

import java.util.AbstractList;
import java.util.List;

/** A list that says of itself only how long it is: the tracer writes each variable at each step of each item. */
final class Carried<T> extends AbstractList<T> {

    private final List<T> list;

    Carried(List<T> list) {
        this.list = list;
    }

    @Override
    public T get(int index) {
        return list.get(index);
    }

    @Override
    public int size() {
        return list.size();
    }

    @Override
    public String toString() {
        return size() + (size() == 1 ? " element" : " elements");
    }
}

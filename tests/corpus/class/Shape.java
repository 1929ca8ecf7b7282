// Compiled with javac 17: javac -g Shape.java; record.class is Shape$Point.class
import java.lang.annotation.*;
sealed interface Shape permits Shape.Point {
	@Retention(RetentionPolicy.RUNTIME) @interface Note { String[] value(); Class<?> type() default Object.class; int n() default 1; }
	@Note(value = {"a", "b"}, type = int[].class, n = 3)
	record Point(int x, long y, String name) implements Shape {}
}

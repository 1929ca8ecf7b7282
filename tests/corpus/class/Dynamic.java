// Compiled with javac 17: javac -g:none Dynamic.java
import java.util.function.Function;
import java.util.function.Supplier;

class Dynamic {
	Supplier<String> captured(String a, long b) {
		return () -> a + b;
	}

	static String joined(String host, int port) {
		return "http://" + host + ":" + port + "/";
	}

	static String marked(String s) {
		return s + "\u0001";
	}

	static Function<String, Object> constructor() {
		return StringBuilder::new;
	}

	Runnable method() {
		return this::run;
	}

	private void run() {
	}
}

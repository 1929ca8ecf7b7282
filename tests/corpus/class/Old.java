// Compiled with javac 17: javac --release 8 -g:lines Old.java
interface Old extends Runnable {
	String NAME = "old";

	default String join(int i) {
		return NAME + i;
	}

	static Class<?> self() {
		return Old.class;
	}
}

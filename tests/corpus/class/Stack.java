// Compiled with javac 17: javac -g:source,lines Stack.java
@Deprecated
class Stack {
	static final String URL = "http://example.org/";
	static final long BIG = -5L;
	static final float HALF = 0.5f;
	int count;
	long total;

	long fieldPlusPlus() {
		return total++;
	}

	int ternary(boolean b) {
		return b ? count++ : 7;
	}

	static long mix(long a, int b) {
		return a << b;
	}

	static int[][] arrays(int n) {
		int[][] a = new int[n][3];
		a[1][2] += n;
		return a;
	}

	static int strings(String s) {
		switch (s) {
		case "one":
			return 1;
		default:
			return 2;
		}
	}

	int guarded(String s) {
		try {
			return Integer.parseInt(s);
		} catch (NumberFormatException e) {
			return -1;
		} finally {
			count = 0;
		}
	}

	boolean less(double a, double b) {
		return a < b;
	}

	@Deprecated
	private Object made(Object o) {
		if (o instanceof String)
			return ((String)o).length();
		throw new IllegalStateException(super.toString());
	}
}

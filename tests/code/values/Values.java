/*
 * Values.java - how constants reach calls: one method for each way. values.jar is made of it by
 * javac --release 11 (make code-values); tests/golden/code-values.txt says what is found.
 */
package values;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

public class Values {
	static final byte[] IV = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
	static String mode = "DES";
	private final String digest;

	enum Choice {
		WEAK("MD5"), STRONG("SHA-256");
		final String name;
		Choice(String name) { this.name = name; }
		String get() { return name; }
	}

	interface Named { String name(); default String more() { return name() + "/GCM/NoPadding"; } }
	static class Aes implements Named { public String name() { return "AES"; } }
	static class Des implements Named { public String name() { return "DES"; } }

	Values(String digest) { this.digest = digest; }

	void plain() throws Exception { Cipher.getInstance("AES/ECB/PKCS5Padding"); }
	void overwritten() throws Exception { String a = "DES"; a = "AES/GCM/NoPadding"; Cipher.getInstance(a); }
	void byCondition(int choice) throws Exception { String a = "DES"; if (choice > 1) a = "AES/GCM/NoPadding"; Cipher.getInstance(a); }
	void decides() throws Exception { byCondition(2); }
	void bySwitch() throws Exception {
		String key = "k", a;
		switch (key) { case "k": a = "AES/GCM/NoPadding"; break; default: a = "DES"; }
		Cipher.getInstance(a);
	}
	void neverCalled() throws Exception { if (IV.length == 0) Cipher.getInstance("RC2"); }
	void ofObject() throws Exception { MessageDigest.getInstance(digest); }
	void ofStaticField() throws Exception { Cipher.getInstance(mode); }
	void ofEnum() throws Exception { MessageDigest.getInstance(Choice.WEAK.get()); }
	void ofInterface(Named named) throws Exception { Cipher.getInstance(named.more()); }
	static void first(String s) throws Exception { second("A" + s); }
	static void second(String s) throws Exception { Cipher.getInstance(s + "/CBC/PKCS5Padding"); }
	void ofBuilder() throws Exception {
		StringBuilder b = new StringBuilder();
		b.append("D").append("E");
		b.append('S');
		Cipher.getInstance(b.toString());
	}
	void ofLambda() throws Exception { Supplier<String> s = () -> "RC4"; Cipher.getInstance(s.get()); }
	void ofCapture(String a) throws Exception { Supplier<String> s = () -> a; Cipher.getInstance(s.get()); }
	void captures() throws Exception { ofCapture("Blowfish"); }
	void ofMap() throws Exception {
		Map<String, String> m = new HashMap<>();
		m.put("bad", "DES");
		m.put("good", "AES/GCM/NoPadding");
		Cipher.getInstance(m.get("good"));
	}
	void ofList() throws Exception {
		List<String> l = new ArrayList<>();
		l.add("MD2");
		l.add("SHA-512");
		MessageDigest.getInstance(l.get(1));
		for (String each : l) MessageDigest.getInstance(each);
	}
	void ofArray() throws Exception { String[] a = {"DES", "AES/GCM/NoPadding"}; Cipher.getInstance(a[1]); }
	void fixedIv() { new IvParameterSpec(IV); }
	void zeroIv() { new IvParameterSpec(new byte[16]); }
	void countedIv() { byte[] b = new byte[16]; for (int i = 0; i < 16; i++) b[i] = (byte) i; new IvParameterSpec(b); }
	void randomIv() { byte[] b = new byte[16]; new SecureRandom().nextBytes(b); new IvParameterSpec(b); }
	void copiedIv() { byte[] b = new byte[16]; System.arraycopy(IV, 0, b, 8, 8); new IvParameterSpec(b); }
	void derivedKey() throws Exception {
		byte[] k = "secretkey1234567".getBytes("UTF-8");
		k = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(k), 16);
		new SecretKeySpec(k, "AES");
	}
	void decodedKey() { new SecretKeySpec(Base64.getDecoder().decode("c2VjcmV0MTIzNDU2Nzg5MA=="), "AES"); }
	void foreignKey() { new SecretKeySpec(System.getenv("KEY").getBytes(), "AES"); }
	void password() { char[] p = "changeit".toCharArray(); new PBEKeySpec(p, IV, 500, 128); }
	void grows() throws Exception { String s = ""; for (int i = 0; i < 3; i++) s += "x"; MessageDigest.getInstance(s); }
	void recursive(String s, int n) throws Exception { if (n > 0) recursive(s, n - 1); else MessageDigest.getInstance(s); }

	public static void main(String[] arguments) throws Exception {
		Values weak = new Values("MD5"), strong = new Values("SHA-384");
		strong.ofObject();
		first("ES");
		weak.decides();
		weak.ofInterface(new Aes());
		weak.captures();
		weak.recursive("SHA-1", 3);
	}
}

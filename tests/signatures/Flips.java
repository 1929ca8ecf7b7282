// Flips.java - asks Android's own verifier (apksig) about packages and many damaged copies of them, in one JVM.
//
//   java -cp apksig.jar Flips.java < JOBS
//
// A line of JOBS: MIN MAX APK LIST OUT [IDSIG]; the list and the meaning of -1 are those of verify.c. OUT gets a line for each
// line of LIST: "yes", or "no" and the names of the issues.
import com.android.apksig.ApkVerifier;
import com.android.apksig.util.DataSources;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.List;

public class Flips {
    // Android's names of RSASSA-PSS, which the JDK calls otherwise and configures by parameters
    public static class Pss extends java.security.SignatureSpi {
        private final java.security.Signature inner;

        Pss(String hash, int salt) throws Exception {
            inner = java.security.Signature.getInstance("RSASSA-PSS");
            inner.setParameter(new java.security.spec.PSSParameterSpec(hash, "MGF1",
                    new java.security.spec.MGF1ParameterSpec(hash), salt, 1));
        }

        protected void engineInitVerify(java.security.PublicKey key) throws java.security.InvalidKeyException {
            inner.initVerify(key);
        }

        protected void engineInitSign(java.security.PrivateKey key) throws java.security.InvalidKeyException {
            inner.initSign(key);
        }

        protected void engineUpdate(byte b) throws java.security.SignatureException {
            inner.update(b);
        }

        protected void engineUpdate(byte[] b, int at, int len) throws java.security.SignatureException {
            inner.update(b, at, len);
        }

        protected byte[] engineSign() throws java.security.SignatureException {
            return inner.sign();
        }

        protected boolean engineVerify(byte[] signature) throws java.security.SignatureException {
            return inner.verify(signature);
        }

        @Deprecated
        protected void engineSetParameter(String name, Object value) {
        }

        protected void engineSetParameter(java.security.spec.AlgorithmParameterSpec parameters) {
        }

        @Deprecated
        protected Object engineGetParameter(String name) {
            return null;
        }
    }

    public static class Pss256 extends Pss {
        public Pss256() throws Exception {
            super("SHA-256", 32);
        }
    }

    public static class Pss512 extends Pss {
        public Pss512() throws Exception {
            super("SHA-512", 64);
        }
    }

    // The name of an issue and, where an exception is behind it, the last cause.
    static void add(StringBuilder names, String scheme, List<ApkVerifier.IssueWithParams> issues) {
        for (ApkVerifier.IssueWithParams issue : issues) {
            names.append(' ').append(scheme).append(issue.getIssue().name());
            for (Object parameter : issue.getParams()) {
                if (!(parameter instanceof Throwable))
                    continue;
                Throwable cause = (Throwable) parameter;
                while (cause.getCause() != null)
                    cause = cause.getCause();
                names.append('(').append(String.valueOf(cause.getMessage()).replaceAll("\\s+", "_")).append(')');
            }
        }
    }

    static String issues(ApkVerifier.Result result) {
        StringBuilder names = new StringBuilder();
        add(names, "", result.getErrors());
        for (ApkVerifier.Result.V1SchemeSignerInfo signer : result.getV1SchemeSigners())
            add(names, "v1:", signer.getErrors());
        for (ApkVerifier.Result.V2SchemeSignerInfo signer : result.getV2SchemeSigners())
            add(names, "v2:", signer.getErrors());
        for (ApkVerifier.Result.V3SchemeSignerInfo signer : result.getV3SchemeSigners())
            add(names, "v3:", signer.getErrors());
        return names.toString();
    }

    static String ask(byte[] apk, int min, int max, File idsig) {
        try {
            ApkVerifier.Builder builder = new ApkVerifier.Builder(DataSources.asDataSource(ByteBuffer.wrap(apk)));
            if (min >= 0)
                builder.setMinCheckedPlatformVersion(min);
            if (max >= 0)
                builder.setMaxCheckedPlatformVersion(max);
            if (idsig != null)
                builder.setV4SignatureFile(idsig);
            ApkVerifier.Result result = builder.build().verify();
            return (result.isVerified() ? "yes" : "no") + issues(result);
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            return "no " + e.getClass().getSimpleName() + ":" + String.valueOf(e.getMessage()).replaceAll("\\s+", "_");
        }
    }

    static void run(String[] job) throws Exception {
        byte[] apk = Files.readAllBytes(Path.of(job[2]));
        List<String> list = Files.readAllLines(Path.of(job[3]));
        File idsig = job.length > 5 ? new File(job[5]) : null;
        try (PrintWriter out = new PrintWriter(job[4])) {
            for (String line : list) {
                String[] words = line.split(" ");
                byte[] copy = apk.clone();
                copy[Integer.parseInt(words[0])] ^= (byte) Integer.parseInt(words[1]);
                out.println(ask(copy, Integer.parseInt(job[0]), Integer.parseInt(job[1]), idsig));
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        Provider names = new Provider("names", "1", "Android's names of PSS") {};
        names.put("Signature.SHA256withRSA/PSS", Pss256.class.getName());
        names.put("Signature.SHA512withRSA/PSS", Pss512.class.getName());
        Security.addProvider(names);
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = jobs.readLine()) != null;)
            run(line.split(" "));
    }
}

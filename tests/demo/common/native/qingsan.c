/*
 * qingsan.c - the demo bank's native library. It mixes the bytes that it is given with a constant:
 * a toy of a signature, in a library that stands on nothing but itself. JNI's function table is
 * used by index (GetArrayLength 171, NewByteArray 176, GetByteArrayRegion 200, SetByteArrayRegion
 * 208).
 */
typedef void *object;
typedef void *const *const *environment;

#define JNI(env, index, type) ((type)(*(env))[index])

__attribute__((visibility("default"))) object Java_cn_qingsan_mockbank_App_sign(environment env,
                                                                                object app,
                                                                                object input)
{
	signed char block[64];
	int len = JNI(env, 171, int (*)(environment, object))(env, input);
	object output = JNI(env, 176, object(*)(environment, int))(env, 64);

	(void)app;
	if (len > 64)
		len = 64;
	for (int i = 0; i < 64; i++)
		block[i] = 0;
	JNI(env, 200, void (*)(environment, object, int, int, signed char *))
	(env, input, 0, len, block);
	for (int i = 0; i < 64; i++)
		block[i] = (signed char)(block[i] ^ (0x5a + i * 7));
	JNI(env, 208, void (*)(environment, object, int, int, const signed char *))
	(env, output, 0, 64, block);
	return output;
}

#include <zlib.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <emmintrin.h>
#include <wmmintrin.h>

/* Whether this processor multiplies without carries. Asking takes long on virtual machines. */
static inline int CZlibMultipliesWithoutCarries(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_PCLMUL) != 0;
}

/* `sum` moved on by as many bits as `keys` are for, and `next` added. */
__attribute__((target("pclmul"))) static inline __m128i CZlibFold(
    __m128i sum, __m128i next, __m128i keys
) {
    __m128i low = _mm_clmulepi64_si128(sum, keys, 0x00);
    __m128i high = _mm_clmulepi64_si128(sum, keys, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/* The checksum that crc32_z gives, several times as fast, of at least 64 bytes: they are folded to 16
   with the same remainder. See V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using
   PCLMULQDQ Instruction", 2009; the keys are those of its section for reflected bits. */
__attribute__((target("pclmul"))) static inline unsigned long CZlibFoldedChecksum(
    unsigned long checksum, const unsigned char *bytes, size_t count
) {
    const __m128i by64 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
    const __m128i by16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    const __m128i *next = (const __m128i *)bytes;
    __m128i sums[4];
    for (int i = 0; i < 4; i++) sums[i] = _mm_loadu_si128(next++);
    sums[0] = _mm_xor_si128(sums[0], _mm_cvtsi32_si128((int)~(unsigned)checksum));
    for (count -= 64; count >= 64; count -= 64) {
        for (int i = 0; i < 4; i++) sums[i] = CZlibFold(sums[i], _mm_loadu_si128(next++), by64);
    }
    __m128i sum = sums[0];
    for (int i = 1; i < 4; i++) sum = CZlibFold(sum, sums[i], by16);
    for (; count >= 16; count -= 16) sum = CZlibFold(sum, _mm_loadu_si128(next++), by16);
    unsigned char folded[16];
    _mm_storeu_si128((__m128i *)folded, sum);
    /* Of these bytes alone: with no bits set before them. */
    checksum = crc32_z(0xffffffff, folded, 16);
    return crc32_z(checksum, (const unsigned char *)next, count);
}
#else
static inline int CZlibMultipliesWithoutCarries(void) { return 0; }

static inline unsigned long CZlibFoldedChecksum(
    unsigned long checksum, const unsigned char *bytes, size_t count
) {
    return crc32_z(checksum, bytes, count);
}
#endif

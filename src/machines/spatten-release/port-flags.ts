/**
 * A flag for each of the two ports of a buffer. Not a literal: the elements of one are shared until the first write, which
 * in a second machine makes V8 throw away the code that it optimized for the first.
 */
export const createPortFlags = (): boolean[] => Array.of(false, false);

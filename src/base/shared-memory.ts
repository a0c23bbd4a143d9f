/**
 * Zeros that threads can share where the host lets them (Node, pages in isolation): weights that lie there are handed to
 * a thread without a copy. `byteLength` has been checked against a file or a shape.
 */
export function sharedMemory(byteLength: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === "undefined"
    ? new ArrayBuffer(byteLength)
    : new SharedArrayBuffer(byteLength);
}

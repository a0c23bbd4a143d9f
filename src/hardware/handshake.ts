/** The error of a unit that is used against its handshake: a bug of the machine around it, never of the user. */
export function handshakeFault(what: string): Error {
  return new Error(`hardware handshake: ${what}`);
}

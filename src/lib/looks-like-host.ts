/** A text that is read as a host, whatever else is called so: with a domain, an address, or this machine. */
export function looksLikeHost(text: string): boolean {
  return /^(?:(?:[\p{L}\p{N}_-]+\.)+[\p{L}\p{N}-]+|\[[\da-f:.]+\]|localhost)$/iu.test(text)
}

/** Names of keys as this machine's keyboard has them. In the program a combination is written 'Ctrl Shift K'. */

const onMac: Readonly<Record<string, string>> = {Ctrl: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩', Del: '⌫'}

/** The keys of a combination, one by one. */
export function keysFor(keys: string, isMac = isThisMac()): readonly string[] {
  const parts = keys.split(' ').filter((part) => part !== '')
  return isMac ? parts.map((part) => onMac[part] ?? part) : parts
}

/** Ctrl, on a Mac the command key. */
export function isCommandHeld(event: {ctrlKey: boolean; metaKey: boolean}, isMac = isThisMac()): boolean {
  return isMac ? event.metaKey : event.ctrlKey
}

/** The letter that a key writes; `null` = it does something else, as Space and Enter do on a button. */
export function letterOf(event: {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}): string | null {
  const isHeld = event.ctrlKey || event.metaKey || event.altKey
  return isHeld || [...event.key].length !== 1 || event.key === ' ' ? null : event.key
}

function isThisMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iP(hone|ad|od)/.test(navigator.userAgent)
}

/**
 * For children of tests that are to run as another user. They load their code as the user who started them, since the
 * clone may lie in a folder that the other user may not enter (`/root`), and give up their rights before they act.
 */

/** A user to whom modes mean something, who owns nothing. */
export const NOBODY = 65_534

/** Gives up all rights of this process for those of user and group `id`, permanently. Needs root. */
export function becomeUser(id: number): void {
  process.setgroups!([])
  process.setgid!(id)
  process.setuid!(id)
  if (process.getuid!() !== id) throw new Error(`still user ${process.getuid!()}`)
}

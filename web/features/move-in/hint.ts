/** Among the hints that were put away. */
export const MOVE_IN_HINT = 'move-in'

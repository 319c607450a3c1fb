/** Sets of files that rules call by name; beside these each section of an Arr is one. What they mean: `media/pattern-sets.ts`. */

export const mediaFileSets = ['video', 'audio', 'books', 'dangerous'] as const
export type MediaFileSet = (typeof mediaFileSets)[number]

/** Of each torrent its own: what is unwanted in it. */
export const UNWANTED = 'unwanted'
export const fileSetNames: readonly string[] = [UNWANTED, ...mediaFileSets]

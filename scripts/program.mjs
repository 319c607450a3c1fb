/** How the program is run: from what was built of it (`builds.mjs`), with what makes it small. */
import {join} from 'node:path'
import {folderOf, program} from './builds.mjs'

/**
 * Young garbage of parsed lists is short-lived: with room for 8 MiB of it V8 keeps 80 MB less than by default for a fleet
 * of 100,000 torrents, at the same CPU (308 against 387 MB at the peak; `npm run bench`). What a start left behind is
 * given back when we say so (`src/lib/collect.ts`).
 */
export const programFlags = ['--expose-gc', '--max-semi-space-size=8']

/** Names the process that the program does not outlive (`src/app/signals.ts`): npm, or a launcher that stays beside it. */
export const parentVariable = 'PARENT_OF_COMMODARR'

/**
 * @param root of the project, where the program was built
 * @returns what Node is started with, and what must be in its environment unless something else is there already
 */
export function programStart(root) {
  const folder = folderOf(root, program)
  return {
    args: [...programFlags, join(folder, 'main.js')],
    env: {
      // Code without its texts: kept, a start takes half the time. Beside the program, so that it goes with it.
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      // Of glibc: it begins so, but keeps ever larger pieces once one was freed. Set, it does not: 18 MB with four Arrs.
      MALLOC_MMAP_THRESHOLD_: '131072',
      // Of glibc: threads begin stores of their own, up to eight for each processor, and keep in each what is freed
      // there: 1 to 13 MB with four Arrs.
      MALLOC_ARENA_MAX: '2',
      // Of libuv: four threads read files, and each call that a dead share does not answer keeps one of them.
      UV_THREADPOOL_SIZE: '12',
    },
  }
}

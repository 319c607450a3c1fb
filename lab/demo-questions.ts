/**
 * What somebody has to decide in the demo, for as long as it runs: some minutes after a question was answered, whatever
 * the answer was, a better release of the same movie or episode comes, and its Arr does not import that either.
 */
import type {Arr} from './arrs/arr.ts'
import type {ImportPlan} from './arrs/releases.ts'
import {RELEASE_SIZE, repeatedly, type Offer, type Repeat} from './demo-healing.ts'

export interface Question {
  readonly arr: Pick<Arr, 'queue' | 'releases' | 'commands'>
  readonly itemId: number
  /** Of the release that it asks about first. */
  readonly title: string
  readonly hash: string
  /** Why it is not imported. */
  readonly plan: ImportPlan
  readonly category: string
}

/** With the minutes that its download takes it is asked again after about ten. */
const ANSWERED_MS = 420_000
const LOOK_MS = 10_000
const FIRST_SEED = 90_000

const groups = ['RELIC', 'TIDE', 'WREN', 'HARBOR', 'LANTERN', 'KELP'] as const

interface Asked {
  readonly question: Question
  hash: string
  times: number
  /** It is not asked any more since; `null` = it is. */
  since: number | null
}

/** Of an Arr whose questions come again: it takes whatever scores better than what came in. */
export const TAKES_BETTER = [{name: 'HD-1080p', cutoffScore: 1_000_000}]

/** @param now ms @returns ends it */
export function askAgain(
  questions: readonly Question[],
  offer: Offer,
  {now = Date.now, every = repeatedly}: {readonly now?: () => number; readonly every?: Repeat} = {},
): () => void {
  const all = questions.map((question): Asked => ({question, hash: question.hash, times: 0, since: null}))
  let seed = FIRST_SEED
  const look = async (asked: Asked): Promise<void> => {
    const {arr, itemId, title, plan, category} = asked.question
    if (arr.queue.has(asked.hash.toUpperCase())) {
      asked.since = null
      return
    }
    asked.since ??= now()
    if (now() - asked.since < ANSWERED_MS) return
    asked.since = null
    asked.times++
    // What was blocklisted must not come again under the same name.
    const group = `${groups[asked.times % groups.length]}${asked.times}`
    const next = title.replace(/-\w+$/, `-${group}`)
    asked.hash = await offer({name: next, category, size: RELEASE_SIZE, comes: true}, seed++)
    // Better than what came in meanwhile, if that did.
    const score = asked.times
    arr.releases.define({itemId, hash: asked.hash, title: next, size: RELEASE_SIZE, score, import: plan})
    arr.commands.post('RssSync', {}, 'scheduled')
  }
  return every(LOOK_MS, async () => {
    for (const asked of all) await look(asked)
  })
}

/** Takes back what a story did, all of it that can be taken back now or one item; and does again what did not work. */
import {activityKey, wholeStory, type ActivityWish, type Story, type StoryItem} from '../../api/activity.ts'
import {undoEntry} from '../../api/explanation.ts'
import {queries} from '../../api/queries.ts'
import {restoreFromTrash} from '../../api/trash.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {doneWords} from '../actions/action-words.ts'
import {retry, undoOfRule, undoOne, wordsOf} from '../actions/run-action.ts'

/** @param wish with which it was found */
export async function undoStory(story: Story, wish: ActivityWish): Promise<void> {
  const {action_id: action} = story.undo
  const items = action === null ? await itemsOf(story, wish) : []
  if (action === null) await undoItems(items)
  else await undoOne(action)
  if (story.what === 'replaced' && staysBlocked(items)) toast({text: text('activity.undo.replaced')})
  await changed()
}

/** What comes back is still on the blocklist of its Arr. */
export function staysBlocked(items: readonly StoryItem[]): boolean {
  return items.some(({undo}) => undo?.how === 'trash' && undo.unblock === null)
}

/** Its result is shown like that of every action. */
export async function retryStory(action: string): Promise<void> {
  await retry(action)
  await changed()
}

export async function undoItem(item: StoryItem): Promise<void> {
  await undoItems([item])
  await changed()
}

async function itemsOf({place}: Story, wish: ActivityWish): Promise<readonly StoryItem[]> {
  try {
    return (await wholeStory(wish, place)).items
  } catch (error) {
    toast({tone: 'bad', text: text('activity.undo.failed', {count: 1, why: wordsOf(error)})})
    return []
  }
}

async function undoItems(items: readonly StoryItem[]): Promise<void> {
  const ways = items.flatMap(({undo}) => undo ?? [])
  if (ways.length > 0) await undoAll(ways)
  else if (items.length > 0) toast({text: text('activity.undo.nothing')})
}

/** One after the other: each is a command of its own. What was refused is told with its reason. */
export async function undoAll(ways: readonly NonNullable<StoryItem['undo']>[]): Promise<void> {
  const [first] = ways
  // Alone it has a result of its own, which says what came back and what did not.
  if (ways.length === 1 && first?.how === 'journal') return undoOfRule(first.id)
  const faults: string[] = []
  let done = 0
  for (const {how, id, unblock} of ways) {
    try {
      await (how === 'trash' ? restoreFromTrash(id) : undoEntry(id))
      // It is back, whatever its Arr answers.
      done++
      if (unblock !== null) await undoEntry(unblock)
    } catch (error) {
      faults.push(wordsOf(error))
    }
  }
  if (done > 0) toast({tone: 'good', text: doneWords('undo', done)})
  if (faults.length === 0) return
  const why = [...new Set(faults)].join(' ')
  toast({tone: 'bad', text: text('activity.undo.failed', {count: faults.length, why})})
}

async function changed(): Promise<void> {
  await Promise.all(
    [activityKey, ['today'], ['timeline'], ['explanation']].map((queryKey) =>
      queries.invalidateQueries({queryKey: [...queryKey]}),
    ),
  )
}

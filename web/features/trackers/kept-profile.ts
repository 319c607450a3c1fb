/** Saves and removes profiles of trackers, with a way back for a moment. */
import type {TrackerProfile} from '../../api/tracker-names.ts'
import {
  addProfile,
  changeProfile,
  previewProfile,
  previewRemoval,
  removeProfile,
  type ProfileDraft,
} from '../../api/trackers.ts'
import {text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'

/**
 * @param before `null` = it is a new one
 * @param frees so many torrents may stop having to seed
 * @throws {Problem} nothing is saved
 */
export async function saveProfile(
  before: TrackerProfile | null,
  draft: ProfileDraft,
  frees: number,
): Promise<void> {
  const {profile} = await (before ? changeProfile(before, draft, frees) : addProfile(draft, frees))
  say(text('tracker-effect.saved', {name: draft.name}), async () => {
    // As it was before: what that frees has had to seed for some seconds only.
    if (before === null) await removeProfile(profile!, (await previewRemoval(profile!.id)).stops_owing)
    else {
      const {effect} = await previewProfile(profile!.id, draftOf(before))
      await changeProfile(profile!, draftOf(before), effect.stops_owing)
    }
  })
}

/** @throws {Problem} nothing is removed */
export async function dropProfile(profile: TrackerProfile, frees: number): Promise<void> {
  await removeProfile(profile, frees)
  say(text('tracker-remove.done', {name: profile.name}), async () => {
    // Where it is more lenient than what counts without it, it ends obligations again.
    const {effect} = await previewProfile(null, draftOf(profile))
    await addProfile(draftOf(profile), effect.stops_owing)
  })
}

function draftOf({name, colour, hosts, servers, obligation, limits, phrases}: TrackerProfile): ProfileDraft {
  return {name, colour, hosts, servers, obligation, limits, phrases}
}

function say(words: string, back: () => Promise<void>): void {
  toast({text: words, tone: 'good', undo: {until: serverNow() + UNDO_MS, run: () => void undone(back)}})
}

async function undone(back: () => Promise<void>): Promise<void> {
  try {
    await back()
  } catch (cause) {
    toast({text: text('tracker-effect.not-undone', {why: (cause as Error).message}), tone: 'bad'})
  }
}

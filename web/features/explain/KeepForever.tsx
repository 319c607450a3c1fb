import {Shield} from 'lucide-react'
import {keptBy} from '#model/torrent.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {oneTarget} from '../actions/target.ts'
import {act} from '../actions/run-action.ts'
import {nameOf, type Torrent} from '../details/torrent.ts'
import {useAbilities} from '../details/use-abilities.ts'

/** The tag by which rules leave a torrent alone, on every kind of server. */
const KEEP = 'keep'

/**
 * Has rules leave a torrent alone for good, or no longer: by the tag that keeps it, so that the way back is that of any
 * action. Nothing where only its category keeps it.
 * @param isInLine among words
 */
export function KeepForever({torrent, isInLine = false}: {torrent: Torrent; isInLine?: boolean}) {
  const {canControl, whyNot} = useAbilities(torrent.server_id)
  const {tags, category} = torrent
  if (!canControl || tags === undefined || tags === null) return null
  const by = keptBy(tags, category)
  const isKept = by !== undefined
  if (isKept && !tags.includes(by)) return null
  const reason = whyNot(isKept ? 'removeTags' : 'addTags') ?? undefined
  const words = text(isKept ? 'why.keep.end' : 'why.keep')
  const run = () =>
    void act(oneTarget(nameOf(torrent)), {
      verb: isKept ? 'removeTags' : 'addTags',
      args: {tags: [by ?? KEEP]},
    })
  if (isInLine) return reason === undefined && <TextButton onClick={run}>{words}</TextButton>
  return (
    <Button icon={Shield} disabledReason={reason} onClick={run}>
      {words}
    </Button>
  )
}

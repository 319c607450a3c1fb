/* oxlint-disable jsx-a11y/prefer-tag-over-role -- columns fold into lines where it is narrow: tags of tables would not */
import {Megaphone, Plus} from 'lucide-react'
import {useRef, useState} from 'react'
import {addTrackers, editTracker, removeTracker, trackersQuery} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {serverNow, useNow} from '../../../live/clock.ts'
import {useServer} from '../../../live/servers.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {doAction} from '../../actions/do-action.ts'
import {oneTarget} from '../../actions/target.ts'
import {LineDialog} from '../LineDialog.tsx'
import {LinesDialog} from '../LinesDialog.tsx'
import {PartEmpty, PartFrame} from '../PartFrame.tsx'
import {useNarrow} from '../row-layout.ts'
import {nameOf, type Torrent} from '../torrent.ts'
import {useAbilities} from '../use-abilities.ts'
import {usePart} from '../use-part.ts'
import {lookAgain, useSend} from '../use-send.ts'
import {firstWrong, readTiers} from './announce-lines.ts'
import {hostOf} from './tracker-words.ts'
import {TrackerHead, TrackerRow} from './TrackerRow.tsx'

const UNDO_MS = 10_000
const NARROW_BELOW = 760

/** Who lists its peers, how that goes, and what they say. */
export function TrackersTab({torrent}: {torrent: Torrent}) {
  const now = useNow()
  const box = useRef<HTMLDivElement>(null)
  const isNarrow = useNarrow(box, NARROW_BELOW)
  const part = usePart(torrent.server_id, trackersQuery(torrent))
  const {viewOnly, whyNot, noteOn} = useAbilities(torrent.server_id)
  const server = useServer(torrent.server_id)?.server_name ?? torrent.server_id
  const [open, setOpen] = useState<{name: 'add'} | {name: 'edit'; url: string} | null>(null)
  const send = useSend(torrent)
  const close = () => setOpen(null)
  const sent = () => {
    lookAgain(torrent)
    announce(text('details.sent', {server}))
  }
  const remove = (url: string) =>
    send(
      () => removeTracker(torrent, url),
      () =>
        toast({
          text: text('trackers.removed', {host: hostOf(url)}),
          undo: {until: serverNow() + UNDO_MS, run: () => send(() => addTrackers(torrent, [[url]]))},
        }),
    )
  const add = (
    <Button
      variant="ghost"
      icon={Plus}
      disabledReason={whyNot('addTrackers') ?? undefined}
      onClick={() => setOpen({name: 'add'})}
    >
      {text('trackers.add')}
    </Button>
  )
  return (
    <div ref={box} className="h-full min-h-0">
      <PartFrame
        part={part}
        serverId={torrent.server_id}
        viewOnly={viewOnly}
        actions={
          <>
            <Button
              variant="ghost"
              icon={Megaphone}
              disabledReason={whyNot('reannounce') ?? undefined}
              onClick={() => void doAction('reannounce', oneTarget(nameOf(torrent)))}
            >
              {text('trackers.reannounce')}
            </Button>
            {add}
          </>
        }
      >
        {(trackers) =>
          trackers.length === 0 ? (
            <PartEmpty title={text('trackers.none')} actions={viewOnly === null && add} />
          ) : (
            <div
              role="table"
              aria-label={text('trackers.label')}
              className="min-h-0 overflow-auto border-t border-line"
            >
              {!isNarrow && <TrackerHead />}
              {trackers.map((tracker) => (
                <TrackerRow
                  key={`${tracker.tier} ${tracker.url}`}
                  tracker={tracker}
                  now={now}
                  isNarrow={isNarrow}
                  change={
                    viewOnly === null
                      ? {
                          edit: () => setOpen({name: 'edit', url: tracker.url}),
                          remove: () => remove(tracker.url),
                          whyNoEdit: whyNot('editTracker'),
                          whyNoRemove: whyNot('removeTrackers'),
                        }
                      : null
                  }
                />
              ))}
            </div>
          )
        }
      </PartFrame>
      {open?.name === 'add' && (
        <LinesDialog
          kind="tracker"
          note={noteOn('addTrackers')}
          send={(typed) => addTrackers(torrent, readTiers(typed)).then(sent)}
          onClose={close}
        />
      )}
      {open?.name === 'edit' && (
        <LineDialog
          title={text('trackers.edit')}
          label={text('trackers.edit.field')}
          verb={text('trackers.edit.do')}
          value={open.url}
          hint={noteOn('editTracker') || undefined}
          isMono
          mistakeIn={(typed) =>
            firstWrong([typed.trim()], 'tracker') === null ? null : text('trackers.add.wrong', {line: typed})
          }
          send={(typed) => editTracker(torrent, open.url, typed.trim()).then(sent)}
          onClose={close}
        />
      )}
    </div>
  )
}

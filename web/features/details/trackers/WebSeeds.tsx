import {Plus, Trash2} from 'lucide-react'
import {useState, type ReactNode} from 'react'
import {addWebSeeds, removeWebSeed, webSeedsQuery} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {toast, UNDO_MS} from '../../../lib/toast.ts'
import {serverNow} from '../../../live/clock.ts'
import {useServer} from '../../../live/servers.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {CopyText} from '../../../ui/CopyText.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {LinesDialog, lookAgain, useSend} from '../EditDialogs.tsx'
import {PartEmpty, PartFrame} from '../PartFrame.tsx'
import type {Torrent} from '../torrent.ts'
import {useAbilities} from '../use-abilities.ts'
import {usePart} from '../use-part.ts'
import {readLines} from '../../../lib/announce-lines.ts'
import {hostOf} from './tracker-words.ts'

const EVERY_MS = 10_000

/** Web servers that hold the same files. */
export function WebSeeds({torrent, choice}: {torrent: Torrent; choice: ReactNode}) {
  const {viewOnly, whyNot, noteOn} = useAbilities(torrent.server_id)
  const why = whyNot('webSeeds')
  const part = usePart(torrent.server_id, {...webSeedsQuery(torrent), enabled: why === null}, () => EVERY_MS)
  const server = useServer(torrent.server_id)?.server_name ?? torrent.server_id
  const [isAdding, setAdding] = useState(false)
  const send = useSend(torrent)
  const remove = (url: string) =>
    send(
      () => removeWebSeed(torrent, url),
      () =>
        toast({
          text: text('webseeds.removed', {host: hostOf(url)}),
          undo: {until: serverNow() + UNDO_MS, run: () => send(() => addWebSeeds(torrent, [url]))},
        }),
    )
  const sent = () => {
    lookAgain(torrent)
    announce(text('details.sent', {server}))
  }
  const whyNoAdd = whyNot('addWebSeeds')
  const add = (
    <Button
      variant="ghost"
      icon={Plus}
      disabledReason={whyNoAdd ?? undefined}
      onClick={() => setAdding(true)}
    >
      {text('webseeds.add')}
    </Button>
  )
  if (why !== null) {
    return (
      <>
        <div className="flex min-h-10 items-center px-4 py-1 max-phone:px-3.5">{choice}</div>
        <PartEmpty title={why} />
      </>
    )
  }
  return (
    <>
      <PartFrame
        part={part}
        serverId={torrent.server_id}
        viewOnly={viewOnly}
        start={
          <>
            {choice}
            {part.data && part.data.length > 0 && (
              <span className="num text-12 text-text-2">
                {text('webseeds.count', {count: part.data.length})}
              </span>
            )}
          </>
        }
        actions={add}
      >
        {(seeds) =>
          seeds.length === 0 ? (
            <PartEmpty title={text('webseeds.none')} next={whyNoAdd ?? text('webseeds.none.next')} />
          ) : (
            <ul aria-label={text('webseeds.label')} className="min-h-0 overflow-auto border-t border-line">
              {seeds.map(({url}) => (
                <li
                  key={url}
                  className="flex min-h-[30px] items-center justify-between gap-3 border-b border-line py-[3px] pr-2 pl-4"
                >
                  <CopyText value={url} />
                  {viewOnly === null && (
                    <IconButton
                      size="small"
                      icon={Trash2}
                      label={text('webseeds.remove')}
                      disabledReason={whyNot('removeWebSeeds') ?? undefined}
                      onClick={() => remove(url)}
                    />
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </PartFrame>
      {isAdding && (
        <LinesDialog
          kind="web"
          about={torrent}
          note={noteOn('addWebSeeds')}
          send={(typed) => addWebSeeds(torrent, readLines(typed)).then(sent)}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  )
}

import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {useState, type ReactNode} from 'react'
import {holdersQuery, setComment} from '../../../api/details.ts'
import {explanationQuery} from '../../../api/explanation.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {useServer, useServers} from '../../../live/servers.ts'
import {CopyText} from '../../../ui/CopyText.tsx'
import {DefinitionList, type Definition} from '../../../ui/DefinitionList.tsx'
import {unknown, type Quantity as Value} from '../../../ui/format.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {openActionDialog} from '../../actions/action-dialogs.ts'
import {oneTarget} from '../../actions/target.ts'
import {MediaLink} from './MediaLink.tsx'
import {ServerName} from '../../servers/ServerName.tsx'
import {itemCell, plain} from '../../torrents/table/cell-text.ts'
import {EditButton, LineDialog, lookAgain} from '../EditDialogs.tsx'
import {cellsOf, nameOf, type Torrent} from '../torrent.ts'
import type {Abilities} from '../use-abilities.ts'
import {freeWords, hashesOf, madeWords, moment, trackerWords} from './figures.ts'

type EditedBy = {
  readonly dialog: 'location' | 'category' | 'tags'
  readonly verb: 'setLocation' | 'setCategory' | 'setTags'
}

/** What it is for, which leads to how far that has got where its Arr tells which items these are. */
function MediaFact({torrent}: {torrent: Torrent}) {
  const {data} = useQuery(explanationQuery(torrent))
  return data?.media ? <MediaLink media={data.media} /> : itemWords(torrent)
}

/** Where it lies, whose it is, when it came; what can be changed has a pencil. */
export function TorrentFacts({torrent, abilities}: {torrent: Torrent; abilities: Abilities}) {
  const now = useNow(60_000)
  const server = useServer(torrent.server_id)
  const [isCommenting, setCommenting] = useState(false)
  const {canControl, whyNot} = abilities
  const edited = (term: TextKey, value: ReactNode, {dialog, verb}: EditedBy): Definition =>
    editable(term, value, canControl, whyNot(verb), () =>
      openActionDialog(dialog, oneTarget(nameOf(torrent))),
    )
  const free = server && freeWords(torrent, server)
  const made = madeWords(torrent, now)
  const {incomplete_path: incomplete, completed_path: completed, completed_at: completedAt, comment} = torrent
  const entries: (Definition | null | false)[] = [
    edited('details.save-path', pathValue(torrent.save_path), {dialog: 'location', verb: 'setLocation'}),
    typeof incomplete === 'string' && torrent.complete !== true
      ? {id: 'incomplete', term: text('details.incomplete-path'), value: pathValue(incomplete)}
      : null,
    typeof completed === 'string' && torrent.complete !== true
      ? {id: 'when-complete', term: text('details.completed-path'), value: pathValue(completed)}
      : null,
    edited('details.category', wordsOr(torrent.category, 'details.no-category'), {
      dialog: 'category',
      verb: 'setCategory',
    }),
    edited('details.tags', wordsOr(torrent.tags?.join(', '), 'details.no-tags'), {
      dialog: 'tags',
      verb: 'setTags',
    }),
    itemWords(torrent) !== '' && {
      id: 'item',
      term: text('details.item'),
      value: <MediaFact torrent={torrent} />,
    },
    quantity('details.added', moment(torrent.added_at, now)),
    typeof completedAt === 'number' && quantity('details.completed', moment(completedAt, now)),
    quantity('details.tracker', trackerWords(torrent)),
    free && quantity(free.term, free.value),
    ...hashesOf(torrent).map(({term, hash}) => ({
      id: term,
      term: text(term),
      value: (
        <CopyText value={hash} label={text('details.copy-hash')} className="-my-[3px] pointer-coarse:-my-3" />
      ),
    })),
    torrent.copies > 1 && {
      id: 'also',
      term: text('details.also-on'),
      value: <OtherHolders torrent={torrent} />,
    },
    comment === undefined
      ? null
      : editable(
          'details.comment',
          wordsOr(comment, 'details.no-comment'),
          canControl && whyNot('setComment') === null,
          null,
          () => setCommenting(true),
        ),
    made && quantity('details.made', made),
    quantity('details.last-active', moment(torrent.last_activity_at, now)),
    typeof torrent.seen_complete_at === 'number' &&
      torrent.complete !== true &&
      quantity('details.seen-whole', moment(torrent.seen_complete_at, now)),
  ]
  return (
    <>
      <DefinitionList entries={entries.filter((it) => it !== null && it !== false)} />
      {isCommenting && (
        <LineDialog
          title={text('comment.title')}
          label={text('comment.title')}
          verb={text('comment.do')}
          value={comment ?? ''}
          isLong
          mistakeIn={() => null}
          send={(typed) => setComment(torrent, typed).then(() => lookAgain(torrent))}
          onClose={() => setCommenting(false)}
        />
      )}
    </>
  )
}

function quantity(term: TextKey, value: Value): Definition {
  return {id: term, term: text(term), value: <Quantity value={value} className="font-normal" />}
}

function pathValue(path: string | undefined): ReactNode {
  if (path === undefined) return <Quantity value={unknown()} />
  return (
    <span className="font-mono text-12" title={path}>
      {path}
    </span>
  )
}

function wordsOr(words: string | undefined, none: TextKey): ReactNode {
  const value = words === undefined ? unknown() : plain(words === '' ? text(none) : words)
  return <span title={value.exact}>{value.text}</span>
}

function editable(
  term: TextKey,
  value: ReactNode,
  canEdit: boolean,
  whyNot: string | null,
  edit: () => void,
): Definition {
  const shown = canEdit ? (
    <span className="flex max-w-full items-center gap-1">
      <span className="min-w-0 truncate">{value}</span>
      <EditButton what={text(term)} whyNot={whyNot} onClick={edit} />
    </span>
  ) : (
    value
  )
  return {id: term, term: text(term), value: shown}
}

/** "Harbour of Glass (2021) · Radarr"; '' = no Arr's. */
function itemWords(torrent: Torrent): string {
  return itemCell(cellsOf(torrent), {now: 0, serverName: ''}).exact
}

/** The servers that hold the same data: a step to each. */
function OtherHolders({torrent: {server_id: own, info_hash: hash}}: {torrent: Torrent}) {
  const {data = []} = useQuery({...holdersQuery(hash), staleTime: 30_000})
  const servers = useServers() ?? []
  const places = new Map(servers.map((server, place) => [server.server_id, place]))
  return (
    <span className="flex flex-wrap gap-x-3">
      {data.map((holder) => {
        const place = places.get(holder.server_id)
        if (holder.server_id === own || place === undefined) return null
        return (
          <Link
            key={holder.server_id}
            to="/torrents"
            search={(before) => ({...before, at: nameOf(holder)})}
            className={textLinkClass}
          >
            <ServerName server={servers[place]!} place={place} />
          </Link>
        )
      })}
    </span>
  )
}

import type {OrphanFolder} from '../../api/orphans.ts'
import {text} from '../../i18n/text.ts'
import {Card} from '../../ui/Card.tsx'
import {Note} from '../../ui/Note.tsx'

/** Where was looked, and what kept it from being said. */
export function OrphanFolders({folders}: {folders: readonly OrphanFolder[]}) {
  return (
    <Card title={text('orphans.folders')} isPadded={false}>
      <ul className="divide-y divide-line">
        {folders.map((folder) => (
          <li key={folder.path} className="grid gap-1.5 px-4 py-2.5 max-phone:px-3.5">
            <span className="font-medium wrap-anywhere">{folder.path}</span>
            <span className="num text-12 wrap-anywhere text-text-2">{sumWords(folder)}</span>
            {folder.held && <Held held={folder.held} />}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function sumWords({servers, claimed, orphans, spared, held}: OrphanFolder): string {
  const names = servers.map(({server_name: name}) => name).join(', ')
  return held ? names : `${names} · ${text('orphans.folder.sum', {claimed, orphans, spared})}`
}

function Held({held: {why, detail, missing}}: {held: OrphanFolder['held'] & {}}) {
  return (
    <Note tone={why === 'kept' ? 'info' : 'warn'}>
      <p>{text(`orphans.held.${why}`, {detail})}</p>
      {missing.map(({server_id: id, server_name: server, why: reason, torrents: count}) => (
        <p key={id}>{text(`orphans.missing.${reason}`, {server, count})}</p>
      ))}
    </Note>
  )
}

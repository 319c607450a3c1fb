import {useQuery} from '@tanstack/react-query'
import {Link, useLocation} from '@tanstack/react-router'
import {useState, type ReactNode} from 'react'
import {
  changeSection,
  configurationQuery,
  previewSection,
  sectionKeysQuery,
  sectionQuery,
  sourcesOf,
  type SectionEffect,
  type SectionKey,
  type SettingKey,
} from '../../api/sections.ts'
import {usePermission} from '../../api/session.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {bytes, written} from '../../ui/format.ts'
import {Awaited, together} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Note} from '../../ui/Note.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {isOfSetting, type GroupWords} from './SettingField.tsx'
import {SettingsForm, type SettingSource} from './SettingsForm.tsx'

/** Settings that are read when somebody asks for them, also by an address that ends in the name of one. */
export function SettingsCard({title, hint, children}: {title: string; hint: string; children: ReactNode}) {
  const sought = useLocation({select: ({hash}) => isOfSetting(hash)})
  const [isOpen, setOpen] = useState(sought)
  // Another address on the same page opens it, too.
  const [wasSought, setSought] = useState(sought)
  if (sought !== wasSought) {
    setSought(sought)
    if (sought) setOpen(true)
  }
  return (
    <Card
      title={title}
      isPadded={false}
      actions={
        <Button variant="ghost" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {text(isOpen ? 'setting.hide' : 'setting.show')}
        </Button>
      }
    >
      {isOpen ? children : <p className="px-3.5 py-3 text-text-2">{hint}</p>}
    </Card>
  )
}

/** What config.toml says of the torrents of a server. For its owner. */
export function ServerSectionCard({id, name}: {id: string; name: string}) {
  return (
    <SettingsCard title={text('section.server')} hint={text('section.server.hint')}>
      <Section id={id} name={name} of="server" groups={serverGroups()} />
    </SettingsCard>
  )
}

/** `[Settings]` of config.toml. For administrators. @param isShown keys that are left out keep what was typed */
export function ProgramSettings({isShown}: {isShown: (key: SettingKey) => boolean}) {
  return <Section id={null} name="" of="program" groups={programGroups()} isShown={isShown} />
}

function Section({
  id,
  name,
  of,
  groups,
  isShown,
}: {
  id: string | null
  name: string
  of: 'server' | 'program'
  groups: readonly GroupWords[]
  isShown?: (key: SettingKey) => boolean
}) {
  const keys = useQuery(sectionKeysQuery)
  const section = useQuery({...sectionQuery(id), refetchOnWindowFocus: false})
  const {data: configuration} = useQuery({...configurationQuery, enabled: usePermission('admin')})
  const isWhole = keys.data !== undefined && section.data !== undefined
  if (!isWhole) {
    return (
      <Awaited
        reading={together(keys, section)}
        what={text(of === 'server' ? 'section.server' : 'section.program')}
        className="m-3"
      >
        <Skeleton width="50%" className="m-3.5" />
      </Awaited>
    )
  }
  const {settings, obstacle} = section.data
  // What holds for all is shown also where it cannot be changed: it is looked for.
  if (obstacle === 'added_here' || (obstacle === 'no_file' && of === 'server')) {
    const toRules = (
      <Link to="/rules" className={textLinkClass}>
        {text('nav.rules')}
      </Link>
    )
    return (
      <Note className="m-3" action={obstacle === 'added_here' ? toRules : undefined}>
        {text(`setting.obstacle.${obstacle}`)}
      </Note>
    )
  }
  // What was saved is what the form begins with the next time.
  return (
    <SettingsForm
      key={JSON.stringify(settings)}
      keys={keys.data[of]}
      groups={groups}
      settings={settings}
      secrets={noSecrets}
      sources={sourcesOf(configuration, id ?? 'Settings')}
      obstacle={obstacle}
      isInFile
      {...(isShown && {isShown})}
      source={sourceOf(id, name)}
    />
  )
}

const noSecrets = {}

function sourceOf(id: string | null, name: string): SettingSource<SectionEffect> {
  return {
    id: id ?? '[Settings]',
    preview: (change, signal) => previewSection(id, change, signal),
    save: (change) => changeSection(id, change),
    writtenOf: (effect) => effect,
    effectWords: (effect) => effectWords(effect, name),
    consequences: ({room}) => room && <Room room={room} />,
    savedWords: () => text('section.saved'),
  }
}

/** Downloads that stop or start with the space that is to stay free, as disks are now. */
function Room({room: {stops, starts, unknown}}: {room: NonNullable<SectionEffect['room']>}) {
  const servers = useServers() ?? []
  const names = unknown.map((id) => servers.find(({server_id: its}) => its === id)?.server_name ?? id)
  if (stops.count + starts.count + unknown.length === 0)
    return <p className="mt-1.5 text-text-2">{text('section.room.none')}</p>
  return (
    <ul className="mt-1.5 grid gap-1">
      {(['stops', 'starts'] as const).map((what) => {
        const {count: many, bytes: size, torrents} = {stops, starts}[what]
        if (many === 0) return null
        const named = torrents.slice(0, NAMED).map(({name}) => name)
        const hashes = torrents.map(({info_hash: hash}) => hash.slice(0, HASH_DIGITS))
        return (
          <li key={what} className="min-w-0 break-words">
            {text(`section.room.${what}`, {count: many, size: written(bytes(size))})}{' '}
            <span className="text-text-2">{named.join(', ')}</span>{' '}
            <Link to="/torrents" search={{q: `hash:${hashes.join(',')}`}} className={textLinkClass}>
              {text('section.room.show', {count: torrents.length})}
            </Link>
          </li>
        )
      })}
      {names.length > 0 && (
        <li className="text-text-2">{text('section.room.unknown', {servers: names.join(', ')})}</li>
      )}
    </ul>
  )
}

const NAMED = 5
/** So many digits of a hash are of one torrent alone. */
const HASH_DIGITS = 12

function effectWords({changes, restarts, fleet_manager: fleet}: SectionEffect, name: string): string {
  if (!changes) return text('section.effect.none')
  const costs = [
    ...restarts.map((what) => text(`section.effect.${what}`, {name})),
    ...(fleet === null ? [] : [text(`section.effect.${fleet}`)]),
  ]
  return costs.length === 0 ? text('section.effect.live') : costs.join(' ')
}

type Group = SectionKey['group']

function titled(group: Group): GroupWords {
  const title: TextKey = `section.group.${group}`
  return {group, title: text(title)}
}

function serverGroups(): readonly GroupWords[] {
  return [
    titled('categories'),
    titled('seeding'),
    {...titled('own'), hint: text('section.group.own.hint'), add: text('section.group.own.add')},
    {
      ...titled('trackers'),
      hint: text('section.group.trackers.hint'),
      add: text('section.group.trackers.add'),
    },
    titled('pace'),
  ]
}

function programGroups(): readonly GroupWords[] {
  return (['space', 'categories', 'judging', 'internet', 'arrs', 'processes', 'log'] as const).map(titled)
}

/** What of config.toml is off, or says something that has no effect. Nothing where all of it is in force. */
export function ConfigurationNote() {
  // The file is edited elsewhere, while the page is open.
  const {data} = useQuery({...configurationQuery, refetchInterval: LOOK_MS})
  if (data === undefined) return null
  const findings = data.findings.filter(({severity}) => severity !== 'notice')
  const off = data.sections.filter(({is_on: isOn}) => !isOn)
  if (findings.length === 0 && off.length === 0) return null
  const isBad = findings.some(({severity}) => severity === 'error')
  const isWhole = findings.some(({code}) => wholeFile.has(code))
  return (
    <Note tone={isBad ? 'bad' : 'warn'} isNews>
      <b>
        {text(isWhole ? 'configuration.unread' : isBad ? 'configuration.errors' : 'configuration.warnings')}
      </b>
      <ul className="my-1 grid gap-1">
        {findings.map((finding) => (
          <li
            key={`${finding.code} ${finding.path} ${finding.line} ${finding.variable}`}
            className="break-words"
          >
            {placeOf(finding)}
            {finding.message}
          </li>
        ))}
        {off.map(({section, reason}) => (
          <li key={section} className="break-words">
            {text('configuration.off', {section, reason})}
          </li>
        ))}
      </ul>
    </Note>
  )
}

const LOOK_MS = 3_000
/** About the file, and not about a part of it. */
const wholeFile: ReadonlySet<string> = new Set([
  'file_missing',
  'file_unreadable',
  'file_empty',
  'not_utf8',
  'syntax',
])

interface FindingPlace {
  readonly line: number | null
  readonly path: string | null
  readonly variable: string | null
}

function placeOf({line, path, variable}: FindingPlace): string {
  const where = [line === null ? null : text('configuration.line', {line}), variable, path]
  const parts = where.filter((part) => part !== null)
  return parts.length === 0 ? '' : `${parts.join(', ')}: `
}

import {keepPreviousData, useQuery} from '@tanstack/react-query'
import {useDeferredValue, useId, useState} from 'react'
import {freeSpaceAt} from '../../../api/actions.ts'
import {copyTorrents, previewCopies, type CopyBody, type CopyPreview} from '../../../api/copies.ts'
import {categoriesQuery, tagsQuery} from '../../../api/labels.ts'
import {forPage, keepUnsent} from '../../../api/problem.ts'
import {serversQuery} from '../../../api/servers.ts'
import {useShown} from '../../../api/unread.ts'
import {text} from '../../../i18n/text.ts'
import {useServers} from '../../../live/servers.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Combobox} from '../../../ui/Combobox.tsx'
import {Field} from '../../../ui/Field.tsx'
import {bytes, written} from '../../../ui/format.ts'
import {Input} from '../../../ui/Input.tsx'
import {MultiCombobox} from '../../../ui/MultiCombobox.tsx'
import {Note} from '../../../ui/Note.tsx'
import {RadioCards} from '../../../ui/RadioCards.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Select} from '../../../ui/Select.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {isAbsolutePath, knownPaths} from '../../servers/known-paths.ts'
import {isOnline} from '../../servers/health-words.ts'
import {closeActionDialog} from '../action-dialogs.ts'
import {counted, verbWords} from '../action-words.ts'
import {wordsOf} from '../run-action.ts'
import {isSetGone, type ActionTarget} from '../target.ts'
import {ActionDialogFrame, titleOf, unknownWords, useActionForm} from './ActionDialogFrame.tsx'
import {
  AS_NOW,
  copyBody,
  downloadLines,
  folderLine,
  goingOf,
  noteWords,
  noticeLines,
  refusalLines,
  submitWords,
  wayLines,
  type CopyFields,
  type SourceChoice,
  type StartChoice,
} from './copy-fields.ts'

/** All but the server. */
type Asked = Omit<CopyFields, 'server'>

/** To another server: where, with what, and what becomes of the source. Its preview says what that means. */
export function CopyDialog({target, isMove}: {target: ActionTarget; isMove: boolean}) {
  const form = useActionForm(target)
  const servers = useTargets(form.frozen?.servers ?? [])
  const [fields, setFields] = useState<Asked>({
    path: '',
    category: AS_NOW,
    tags: null,
    start: 'as-now',
    source: isMove ? 'trash' : 'stays',
    download: false,
    existing: false,
  })
  const [picked, setPicked] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const change = (some: Partial<CopyFields>) => setFields((before) => ({...before, ...some}))
  // The only one there is needs no choice.
  const server = picked ?? (servers.length === 1 ? servers[0]!.server_id : null)
  const path = fields.path.trim()
  const pathFault = path !== '' && !isAbsolutePath(path) ? text('location.absolute') : undefined
  const name = servers.find(({server_id: id}) => id === server)?.server_name ?? ''
  const body =
    form.body === null || server === null || pathFault !== undefined
      ? null
      : copyBody(form.body, {...fields, path, server})
  const {data: preview, error, isFetching, refetch} = usePreview(body)
  useShown(error)
  const going = preview ? goingOf(preview) : form.count
  const submit = async () => {
    if (body === null) return
    setBusy(true)
    setFault(null)
    try {
      await copyTorrents(body)
      closeActionDialog()
    } catch (caught) {
      keepUnsent(caught, verbWords(fields.source === 'stays' ? 'copyTo' : 'moveTo'))
      if (isSetGone(caught)) await form.renew()
      else setFault(wordsOf(caught))
    } finally {
      setBusy(false)
    }
  }
  return (
    <ActionDialogFrame
      form={{
        ...form,
        isBusy: isBusy || form.isBusy,
        fault: fault ?? form.fault ?? (error && unknownWords(error)),
        again: form.again ?? (error && (() => void refetch())),
      }}
      title={
        fields.source === 'stays'
          ? titleOf(form, 'to-server.title', 'to-server.title.named')
          : titleOf(form, 'to-server.title.move', 'to-server.title.move.named')
      }
      submitLabel={submitWords(fields.source, going === 0 ? form.count : going)}
      note={noteWords(fields.source)}
      isDanger={fields.source === 'deleted'}
      disabledReason={reasonAgainst()}
      onSubmit={() => void submit()}
    >
      {form.frozen !== null && servers.length === 0 && <Note tone="warn">{text('to-server.no-server')}</Note>}
      <Place
        servers={servers}
        server={server}
        name={name}
        path={fields.path}
        pathFault={pathFault}
        onServer={(id) => {
          setPicked(id)
          change({path: '', download: false, existing: false})
        }}
        onPath={(its) => change({path: its})}
      />
      <Arrival fields={fields} onChange={change} />
      <RadioCards<SourceChoice>
        label={text('to-server.source')}
        value={fields.source}
        onChange={(source) => change({source})}
        options={(['stays', 'trash', 'deleted'] as const).map((value) => ({
          value,
          label: text(`to-server.source.${value}`),
          hint: text(`to-server.source.${value}.hint`),
        }))}
      />
      {body !== null && (
        <Preview
          preview={preview ?? null}
          isReading={isFetching}
          name={name}
          fields={fields}
          onChange={change}
        />
      )}
    </ActionDialogFrame>
  )

  function reasonAgainst(): string | undefined {
    if (server === null) return text('to-server.server.choose')
    if (pathFault !== undefined) return pathFault
    if (!preview) return text('delete.reading')
    return going === 0 ? text('to-server.none') : undefined
  }
}

type Target = ReturnType<typeof useTargets>[number]

/** On which server, and in which folder there, with what is free in it. */
function Place({
  servers,
  server,
  name,
  path,
  pathFault,
  onServer,
  onPath,
}: {
  servers: readonly Target[]
  /** `null` = none was chosen yet. */
  server: string | null
  name: string
  /** As it is typed. */
  path: string
  pathFault: string | undefined
  onServer: (id: string) => void
  onPath: (path: string) => void
}) {
  const {data: details = []} = useQuery(serversQuery)
  const list = useId()
  return (
    <>
      <Field label={text('to-server.server')}>
        <Select
          value={server}
          onChange={onServer}
          placeholder={text('to-server.server.choose')}
          options={servers.map((it) => ({
            value: it.server_id,
            label: it.server_name,
            hint: isOnline(it)
              ? it.free_space === undefined
                ? undefined
                : text('to-server.server.free', {size: written(bytes(it.free_space))})
              : text('to-server.server.away'),
          }))}
        />
      </Field>
      <Field label={text('location.path')} hint={text('to-server.path.hint')} error={pathFault}>
        <Input
          isMono
          list={list}
          autoComplete="off"
          spellCheck={false}
          placeholder={text('to-server.path.same')}
          value={path}
          onChange={(event) => onPath(event.target.value)}
        />
      </Field>
      <datalist id={list}>
        {knownPaths(details.filter(({server_id: id}) => id === server)).map((it) => (
          <option key={it} value={it}>
            {it}
          </option>
        ))}
      </datalist>
      {server !== null && path.trim() !== '' && pathFault === undefined && (
        <FreeSpace id={server} name={name} path={path.trim()} />
      )}
    </>
  )
}

/** What they are there: their category and tags, and whether they run. */
function Arrival({fields, onChange}: {fields: Asked; onChange: (some: Partial<CopyFields>) => void}) {
  const {data: categories = []} = useQuery(categoriesQuery)
  return (
    <div className="grid grid-cols-2 gap-4 max-phone:grid-cols-1">
      <Field label={text('category.label')}>
        <Combobox
          value={fields.category}
          onChange={(category) => onChange({category})}
          options={[
            {value: AS_NOW, label: text('to-server.category.same')},
            {value: '', label: text('category.none')},
            ...categories.map((it) => ({value: it.name, label: it.name})),
          ]}
        />
      </Field>
      <Tags tags={fields.tags} onChange={(tags) => onChange({tags})} />
      <div className="grid content-start gap-1.5">
        <span className="text-12 font-medium text-text-2">{text('to-server.start')}</span>
        <Segmented<StartChoice>
          label={text('to-server.start')}
          value={fields.start}
          onChange={(start) => onChange({start})}
          options={(['as-now', 'start', 'stopped'] as const).map((value) => ({
            value,
            label: text(`to-server.start.${value}`),
          }))}
        />
      </div>
    </div>
  )
}

/** Those that each has now, or others for all of them. */
function Tags({
  tags,
  onChange,
}: {
  tags: readonly string[] | null
  onChange: (tags: readonly string[] | null) => void
}) {
  const {data: known = []} = useQuery(tagsQuery)
  return (
    <div className="grid content-start gap-1.5">
      <Field label={text('to-server.tags')}>
        <MultiCombobox
          values={tags ?? []}
          onChange={onChange}
          placeholder={text(tags === null ? 'to-server.tags.same' : 'to-server.tags.none')}
          options={known.map(({name}) => ({value: name, label: name}))}
          createLabel={(name) => text('to-server.tags.create', {name})}
        />
      </Field>
      {tags !== null && (
        <TextButton className="justify-self-start" onClick={() => onChange(null)}>
          {text('to-server.tags.back')}
        </TextButton>
      )}
    </div>
  )
}

/** Where they may go: not where all of them are. */
function useTargets(from: readonly {readonly server_id: string}[]) {
  const servers = useServers() ?? []
  const only = from.length === 1 ? from[0]!.server_id : null
  return servers.filter(({server_id: id, access}) => id !== only && access !== 'view')
}

/** What is typed is not asked letter by letter. */
function usePreview(body: CopyBody | null) {
  const wanted = useDeferredValue(body)
  return useQuery({
    queryKey: ['copy-preview', wanted],
    queryFn: ({signal}) => previewCopies(wanted!, signal),
    enabled: wanted !== null,
    staleTime: 10_000,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
  })
}

function FreeSpace({id, name, path}: {id: string; name: string; path: string}) {
  const {data} = useQuery({
    queryKey: ['free-space', id, path],
    queryFn: async () => (await freeSpaceAt(id, path)) ?? null,
    staleTime: 30_000,
    retry: false,
  })
  if (data === undefined || data === null) return null
  return (
    <p className="-mt-2 text-12 text-text-2">{text('to-server.free', {name, size: written(bytes(data))})}</p>
  )
}

/** What will be done, what cannot be, and what somebody has to decide. */
function Preview({
  preview,
  isReading,
  name,
  fields,
  onChange,
}: {
  preview: CopyPreview | null
  isReading: boolean
  name: string
  fields: Asked
  onChange: (some: Partial<CopyFields>) => void
}) {
  if (preview === null)
    return isReading ? (
      <div className="rounded-m border border-line-strong px-2.5 py-2">
        <Skeleton width="70%" />
      </div>
    ) : null
  const {refused, count} = refusalLines(preview)
  const {may_download: download, may_be_existing: existing} = preview
  return (
    <section aria-label={text('to-server.preview')} aria-busy={isReading} className="grid gap-3">
      {wayLines(preview).length > 0 && (
        <ul className="divide-y divide-line rounded-m border border-line-strong">
          {wayLines(preview).map((line) => (
            <li key={line} className="num px-2.5 py-1.5">
              {line}
            </li>
          ))}
        </ul>
      )}
      {fields.path.trim() === '' && folderLine(preview) !== null && (
        <p className="break-words text-12 text-text-2">{folderLine(preview)}</p>
      )}
      {(download.count > 0 || fields.download) && (
        <Checkbox
          checked={fields.download}
          onChange={(on) => onChange({download: on})}
          label={
            download.count > 0
              ? counted('to-server.download', download.count, {name, size: written(bytes(download.bytes))})
              : text('to-server.download.on', {name})
          }
          hint={
            download.private > 0
              ? counted('to-server.download.private', download.private)
              : text('to-server.download.hint')
          }
        />
      )}
      {downloadLines(preview, name).map((line) => (
        <Note key={line}>{line}</Note>
      ))}
      {fields.source !== 'stays' && (existing > 0 || fields.existing) && (
        <Checkbox
          checked={fields.existing}
          onChange={(on) => onChange({existing: on})}
          label={
            existing > 0
              ? counted('to-server.existing', existing, {name})
              : text('to-server.existing.on', {name})
          }
          hint={text('to-server.existing.hint', {name})}
        />
      )}
      {noticeLines(preview, name).map((line) => (
        <Note key={line}>{line}</Note>
      ))}
      {refused.map(({message, count: many}) => (
        <Note key={message} tone="warn">
          <b>{counted('to-server.refused', many)}</b> {forPage(message)}
        </Note>
      ))}
      {count > 0 && refused.length === 0 && <Note tone="warn">{counted('to-server.refused', count)}</Note>}
      {preview.omitted > 0 && <Note tone="warn">{counted('to-server.omitted', preview.omitted)}</Note>}
    </section>
  )
}

import {Check, Pencil, Plus, Trash2, X, type LucideIcon} from 'lucide-react'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {
  createCategory,
  createTags,
  deleteTags,
  editCategory,
  removeCategories,
  type ServerCategory,
  type ServerDetail,
} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Popover} from '../../../ui/Popover.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {useConfirmedCommand, useServerCommand} from '../use-server-command.ts'
import {featureOf} from './features.ts'

/** Categories of a server: where each saves, new ones, and which go. Their torrents stay. */
export function CategoriesCard({server, detail}: {server: LiveServer; detail: ServerDetail | null}) {
  if (detail === null) return null
  const feature = featureOf(detail, 'createCategory')
  const hasPaths = featureOf(detail, 'categoryPaths')?.support !== 'none'
  const {categories} = detail
  return (
    <Card title={text('categories.title')} isPadded={false}>
      {feature?.support === 'none' && <p className="px-3.5 py-3 text-pretty text-text-2">{feature.reason}</p>}
      {categories.length === 0 && feature?.support !== 'none' && (
        <p className="px-3.5 py-3 text-text-2">{text('categories.none')}</p>
      )}
      <ul className="max-h-96 overflow-y-auto">
        {categories.map((category) => (
          <CategoryRow
            key={category.name}
            server={server}
            category={category}
            hasPath={hasPaths}
            canRemove={featureOf(detail, 'removeCategories')?.support !== 'none'}
          />
        ))}
      </ul>
      {server.access !== 'view' && feature?.support !== 'none' && (
        <NewCategory id={server.server_id} hasPath={hasPaths} />
      )}
    </Card>
  )
}

function NewCategory({id, hasPath}: {id: string; hasPath: boolean}) {
  const [name, setName] = useState('')
  const [path, setPath] = useState('')
  const creating = useServerCommand(
    () => createCategory(id, name.trim(), path.trim()),
    () => {
      setName('')
      setPath('')
    },
  )
  return (
    <form
      className="grid gap-2 border-t border-line p-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') creating.run()
      }}
    >
      <div className="flex flex-wrap items-center gap-2">
        <Input
          aria-label={text('categories.name')}
          placeholder={text('categories.name')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          className="min-w-32 flex-1"
        />
        {hasPath && (
          <Input
            isMono
            aria-label={text('categories.path')}
            placeholder={text('categories.path')}
            value={path}
            onChange={(event) => setPath(event.target.value)}
            className="min-w-40 flex-[2]"
          />
        )}
        <Button
          type="submit"
          icon={Plus}
          className="h-8"
          disabledReason={name.trim() === '' ? text('categories.name-missing') : undefined}
          waitsFor={creating.isBusy ? text('categories.creating') : undefined}
        >
          {text('categories.create')}
        </Button>
      </div>
      {creating.error && (
        <Note tone="bad" isNews>
          {creating.error}
        </Note>
      )}
    </form>
  )
}

/** One category: its folder, changed in place, and out with it. */
function CategoryRow({
  server,
  category,
  hasPath,
  canRemove,
}: {
  server: LiveServer
  category: ServerCategory
  /** Categories of this server have folders. */
  hasPath: boolean
  /** The server knows how. */
  canRemove: boolean
}) {
  const {server_id: id, access} = server
  const {name, save_path: path = ''} = category
  const [draft, setDraft] = useState<string | null>(null)
  // The folder that was asked about: another one is asked about again.
  const [asked, setAsked] = useState<string | null>(null)
  const editing = useConfirmedCommand(
    (confirmed) => editCategory(id, name, (draft ?? '').trim(), confirmed),
    () => setDraft(null),
  )
  const removing = useConfirmedCommand((confirmed) => removeCategories(id, [name], confirmed))
  // Words and what goes on are of the same command: one that was given up asks nothing any more.
  const {error: problem, anyway: next} = draft === null ? removing : editing
  const anyway = draft === null || draft === asked ? next : null
  return (
    <li className="grid gap-1.5 border-t border-line py-1 pr-2 pl-3.5 first:border-0">
      <div className="flex min-h-8 items-center gap-2">
        <span className="min-w-20 flex-1 truncate font-medium" title={name}>
          {name}
        </span>
        {draft === null ? (
          <span className="min-w-0 flex-[1.5] truncate font-mono text-12 text-text-2" title={path}>
            {path === '' && hasPath ? text('categories.usual') : path}
          </span>
        ) : (
          <form
            className="flex flex-[1.5] gap-1"
            onSubmit={(event) => {
              event.preventDefault()
              setAsked(draft)
              editing.run()
            }}
          >
            <Input
              isMono
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- somebody pressed its button
              autoFocus
              aria-label={text('categories.path-of', {name})}
              value={draft}
              onChange={(event) => setDraft(event.target.value)}
              onKeyDown={(event) => event.key === 'Escape' && setDraft(null)}
            />
            <IconButton type="submit" icon={Check} label={text('server.form.save')} />
            <IconButton icon={X} label={text('server.cancel')} onClick={() => setDraft(null)} />
          </form>
        )}
        {access !== 'view' && hasPath && draft === null && (
          <IconButton
            size="small"
            icon={Pencil}
            label={text('categories.edit', {name})}
            onClick={() => setDraft(path)}
          />
        )}
        {access === 'own' && canRemove && draft === null && (
          <ConfirmButton
            icon={Trash2}
            label={text('categories.remove', {name})}
            question={text('categories.remove.what', {name})}
            verb={text('categories.remove.do')}
            onConfirm={removing.run}
          />
        )}
      </div>
      {problem && (
        <Note
          tone="bad"
          isNews
          action={
            anyway && (
              <TextButton onClick={anyway.run}>
                {text(anyway.asks === 'accepts_moves' ? 'categories.moves.do' : 'categories.doubt.do')}
              </TextButton>
            )
          }
        >
          {problem}
        </Note>
      )}
    </li>
  )
}

/** Tags that a server's torrents can have. Where a kind has none the reason stands in their place. */
export function TagsCard({server, detail}: {server: LiveServer; detail: ServerDetail | null}) {
  const [typed, setTyped] = useState('')
  const names = typed.split(',').flatMap((tag) => tag.trim() || [])
  const creating = useServerCommand(
    () => createTags(server.server_id, names),
    () => setTyped(''),
  )
  if (detail === null) return null
  const feature = featureOf(detail, 'createTags')
  const canCreate = server.access !== 'view' && feature?.support !== 'none'
  return (
    <Card title={text('tags.title')}>
      <div className="grid gap-3">
        {feature?.support === 'none' && <p className="text-pretty text-text-2">{feature.reason}</p>}
        {detail.tags.length === 0 ? (
          feature?.support !== 'none' && <p className="text-text-2">{text('tags.none')}</p>
        ) : (
          <ul className="flex flex-wrap gap-1.5">
            {detail.tags.map((tag) => (
              <TagChip
                key={tag}
                tag={tag}
                canRemove={server.access === 'own' && featureOf(detail, 'deleteTags')?.support !== 'none'}
                onRemove={() => deleteTags(server.server_id, [tag])}
              />
            ))}
          </ul>
        )}
        {canCreate && (
          <form
            className="flex flex-wrap items-center gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              if (names.length > 0) creating.run()
            }}
          >
            <Input
              aria-label={text('tags.new')}
              placeholder={text('tags.new')}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              className="min-w-40 flex-1"
            />
            <Button
              type="submit"
              icon={Plus}
              className="h-8"
              disabledReason={names.length === 0 ? text('tags.missing') : undefined}
              waitsFor={creating.isBusy ? text('categories.creating') : undefined}
            >
              {text('tags.create')}
            </Button>
          </form>
        )}
        {creating.error && (
          <Note tone="bad" isNews>
            {creating.error}
          </Note>
        )}
      </div>
    </Card>
  )
}

/** A tag of a server, and out with it. */
function TagChip({
  tag,
  canRemove,
  onRemove,
}: {
  tag: string
  canRemove: boolean
  onRemove: () => Promise<void>
}) {
  const removing = useServerCommand(onRemove)
  return (
    <li className="inline-flex max-w-full items-center rounded-s bg-tint-quiet pl-2 text-12 text-text-2">
      <span className="truncate py-1 pr-2">{tag}</span>
      {canRemove && (
        <ConfirmButton
          icon={X}
          label={text('tags.remove', {tag})}
          question={text('tags.remove.what', {tag})}
          verb={text('tags.remove.do')}
          onConfirm={removing.run}
        />
      )}
      {removing.error && <output className="pr-2 text-st-error">{removing.error}</output>}
    </li>
  )
}

/** For what cannot be taken back and is small: says beside the button what will happen. */
function ConfirmButton({
  icon,
  label,
  question,
  verb,
  onConfirm,
}: {
  icon: LucideIcon
  label: string
  /** What will happen. */
  question: string
  verb: string
  onConfirm: () => void
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      label={label}
      open={isOpen}
      onOpenChange={setOpen}
      align="end"
      className="w-[280px] p-3.5"
      trigger={<IconButton size="small" icon={icon} label={label} />}
    >
      <div className="grid gap-3">
        <p className="text-pretty">{question}</p>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>{text('server.cancel')}</Button>
          <Button
            variant="dangerFill"
            onClick={() => {
              setOpen(false)
              onConfirm()
            }}
          >
            {verb}
          </Button>
        </div>
      </div>
    </Popover>
  )
}

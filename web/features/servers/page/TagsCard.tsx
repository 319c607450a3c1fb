import {Plus, X} from 'lucide-react'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {createTags, deleteTags, type ServerDetail} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {ConfirmButton} from '../dialogs/ConfirmButton.tsx'
import {useServerCommand} from '../use-server-command.ts'
import {featureOf} from './features.ts'

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

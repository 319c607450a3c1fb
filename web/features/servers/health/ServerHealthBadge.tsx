import {text} from '../../../i18n/text.ts'
import {Badge} from '../../../ui/Badge.tsx'
import {healthLook} from './health-words.ts'

/** How a server does, in a word with a shape. */
export function ServerHealthBadge({
  server,
  title,
}: {
  server: {readonly status: string; readonly reason: string}
  title?: string | undefined
}) {
  const {word, tone, icon} = healthLook(server)
  return (
    <Badge tone={tone} icon={icon} title={title}>
      {text(word)}
    </Badge>
  )
}

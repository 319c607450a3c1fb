import {text} from '../../../i18n/text.ts'
import {Badge, type Tone} from '../../../ui/Badge.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {StateIcon} from '../../../ui/StateIcon.tsx'
import {healthLook} from '../health-words.ts'

const inks: Readonly<Record<Tone, string>> = {
  good: 'text-st-seeding',
  warn: 'text-st-stalled',
  bad: 'text-st-error',
  info: 'text-accent',
  busy: 'text-st-checking',
  quiet: 'text-text-3',
}

/** The class that colours words of a health. */
export function healthInk(health: {readonly status: string; readonly reason: string}): string {
  return inks[healthLook(health).tone]
}

/** The shape alone; the word stands beside it. */
export function HealthIcon({
  health,
  className,
}: {
  health: {readonly status: string; readonly reason: string}
  className?: string | undefined
}) {
  const {icon} = healthLook(health)
  const look = joined(healthInk(health), className)
  return typeof icon === 'string' ? (
    <StateIcon state={icon} className={look} />
  ) : (
    <Icon icon={icon} className={look} />
  )
}

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

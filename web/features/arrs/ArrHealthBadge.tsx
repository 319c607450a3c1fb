import type {Arr} from '../../api/arrs.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'
import {healthLook} from './arr-health.ts'

/** How an Arr does, in a word with a shape. */
export function ArrHealthBadge({arr}: {arr: Arr}) {
  const {word, tone, icon} = healthLook(arr)
  return (
    <Badge tone={tone} icon={icon}>
      {text(word)}
    </Badge>
  )
}

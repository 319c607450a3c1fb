import {CircleCheck, CircleX, TriangleAlert} from 'lucide-react'
import type {ServerDetail, ServerFeature} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Card} from '../../../ui/Card.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {featuresBySupport, featureWords} from './features.ts'

const looks = {
  none: {icon: CircleX, ink: 'text-text-2'},
  limited: {icon: TriangleAlert, ink: 'text-text-2'},
  emulated: {icon: CircleCheck, ink: 'text-text-2'},
  native: {icon: CircleCheck, ink: 'text-text-2'},
} as const

/** What this kind and version can do, what it cannot, and why. */
export function FeaturesCard({detail}: {detail: ServerDetail | null}) {
  if (detail === null) return null
  const {features} = detail
  if (features === null) {
    return (
      <Card title={text('features.title')}>
        <p className="text-text-2">{text('features.unknown')}</p>
      </Card>
    )
  }
  const {none, limited, emulated, native} = featuresBySupport(features)
  return (
    <Card title={text('features.title')} isPadded={false}>
      <ul>
        {[...none, ...limited, ...emulated].map((feature) => (
          <Row key={feature.name} feature={feature} />
        ))}
      </ul>
      <details className="border-t border-line">
        <summary className="min-h-10 cursor-pointer px-3.5 py-2.5 text-text-2 hover:bg-hover focus-visible:shadow-focus-in">
          {text('features.native', {count: native.length})}
        </summary>
        <p className="px-3.5 pb-3 text-pretty text-text-2">
          {native.map(({name}) => featureWords(name)).join(', ')}
        </p>
      </details>
    </Card>
  )
}

function Row({feature: {name, support, reason}}: {feature: ServerFeature}) {
  const {icon, ink} = looks[support]
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-x-2 border-t border-line px-3.5 py-2 first:border-0 desk:grid-cols-[20px_180px_110px_minmax(0,1fr)]">
      <Icon icon={icon} className={`mt-0.5 ${ink}`} />
      <span className="font-medium first-letter:uppercase">{featureWords(name)}</span>
      <span className="max-desk:col-start-2 max-desk:text-12 text-text-2">{text(`features.${support}`)}</span>
      <span className="text-pretty text-text-2 max-desk:col-start-2">{reason}</span>
    </li>
  )
}

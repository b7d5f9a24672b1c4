import { z } from 'zod';
import { JsonValue } from '../json.ts';

/** One field of a form, as data: what the window draws. */
export const FormField = z.object({
  name: z.string(),
  /** `list` is several texts, `pairs` names with texts (such as HTTP headers), `choice` one of `options`. */
  kind: z.enum(['text', 'number', 'switch', 'choice', 'list', 'pairs']),
  label: z.string(),
  help: z.string(),
  required: z.boolean(),
  /** A secret: can be written and never read. */
  secret: z.boolean(),
  default: JsonValue.optional(),
  placeholder: z.string().optional(),
  options: z.array(z.string()).optional(),
  /** A text of several lines. */
  multiline: z.boolean(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
export type FormField = z.infer<typeof FormField>;

interface Property {
  type?: string;
  title?: string;
  description?: string;
  examples?: unknown[];
  default?: JsonValue;
  enum?: string[];
  writeOnly?: boolean;
  multiline?: boolean;
  minimum?: number;
  maximum?: number;
}

/** The fields of a handler's schema, in the schema's order. */
export function formFields(schema: z.ZodObject): FormField[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const [example] = property.examples ?? [];
    return {
      name,
      kind: kindOf(property),
      label: property.title ?? name,
      help: property.description ?? '',
      required: required.includes(name),
      secret: property.writeOnly === true,
      multiline: property.multiline === true,
      ...(property.default === undefined ? {} : { default: property.default }),
      ...(typeof example === 'string' ? { placeholder: example } : {}),
      ...(property.enum === undefined ? {} : { options: property.enum }),
      // zod writes the bounds of safe integers where an integer has none of its own.
      ...(bounded(property.minimum) ? { minimum: property.minimum } : {}),
      ...(bounded(property.maximum) ? { maximum: property.maximum } : {}),
    };
  });
}

/** The names of a schema's secrets. */
export function secretFields(schema: z.ZodObject): string[] {
  return formFields(schema)
    .filter(({ secret }) => secret)
    .map(({ name }) => name);
}

function bounded(limit: number | undefined): limit is number {
  return limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
}

function kindOf({ type, enum: options }: Property): FormField['kind'] {
  if (options !== undefined) return 'choice';
  switch (type) {
    case 'boolean':
      return 'switch';
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return 'list';
    case 'object':
      return 'pairs';
    default:
      return 'text';
  }
}

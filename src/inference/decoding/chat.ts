import { Template } from "@huggingface/jinja";
import { SpattenError } from "../../base/errors.ts";

/** One turn of a chat. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

const roles: readonly string[] = ["system", "user", "assistant"];

/**
 * A chat as the text that a model was trained on, up to where its answer begins. @throws SpattenError `usage` for no
 * message or a role that is none, `config` for a model without a template, `checkpoint` for a template that fails.
 */
export function renderChat(
  messages: readonly ChatMessage[],
  template: string | undefined,
  marks: { readonly beginText?: string | undefined; readonly endText?: string | undefined } = {},
): string {
  if (messages.length === 0) throw new SpattenError("usage", "a chat needs a message", { got: "none" });
  const bad = messages.find(({ role }) => !roles.includes(role));
  if (bad !== undefined) {
    throw new SpattenError("usage", "unknown role in a chat", {
      got: JSON.stringify(bad.role),
      expected: roles.join(", "),
    });
  }
  if (template === undefined) {
    throw new SpattenError("config", "this model carries no chat template", {
      hint: "leave --chat out: it goes on from any text",
    });
  }
  try {
    return new Template(template).render({
      messages: messages.map(({ role, content }) => ({ role, content })),
      add_generation_prompt: true,
      bos_token: marks.beginText ?? "",
      eos_token: marks.endText ?? "",
    });
  } catch (error) {
    const got = error instanceof Error ? error.message.slice(0, 200) : String(error);
    throw new SpattenError("checkpoint", "the chat template cannot be used", { got }, error);
  }
}

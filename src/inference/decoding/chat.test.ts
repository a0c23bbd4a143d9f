import { describe, expect, it } from "vitest";
import { type ChatMessage, renderChat } from "./chat.ts";

const template =
  "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
const messages: ChatMessage[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "2 + 2?" },
];

describe("a chat", () => {
  it("is the text of its template, up to where the answer begins", () => {
    expect(renderChat(messages, template)).toBe(
      "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n2 + 2?<|im_end|>\n<|im_start|>assistant\n",
    );
  });

  it.each([
    [[], template, "usage", "needs a message"],
    [[{ role: "robot", content: "x" }], template, "usage", "unknown role"],
    [messages, undefined, "config", "no chat template"],
    [messages, "{% for %}", "checkpoint", "cannot be used"],
  ])("refuses %j", (list, source, code, message) => {
    const render = () => renderChat(list as ChatMessage[], source);
    expect(render).toThrow(message);
    expect(render).toThrow(expect.objectContaining({ code }));
  });
});

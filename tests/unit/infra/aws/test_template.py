"""How the template's text is read."""

from infra.aws.template import load_template


def test_the_short_forms_are_read_as_the_long_ones() -> None:
    """`!Ref`, `!GetAtt` and the others, with scalars, lists and mappings."""
    text = "\n".join(
        [
            "a: !Ref Bucket",
            "b: !GetAtt Bucket.Arn.More",
            "c: !If [Yes, !Ref A, 1]",
            "d: !Sub '${Bucket}'",
            "e: !Transform {Name: x}",
        ]
    )
    assert load_template(text) == {
        "a": {"Ref": "Bucket"},
        "b": {"Fn::GetAtt": ["Bucket", "Arn.More"]},
        "c": {"Fn::If": [True, {"Ref": "A"}, 1]},
        "d": {"Fn::Sub": "${Bucket}"},
        "e": {"Fn::Transform": {"Name": "x"}},
    }
